import fc from 'fast-check';

// The same cases each time: a run that fails can be run again, and a change is not blamed for what chance found.
// `SWITCHYARD_SEED=random` looks for new ones; a number asks for those of that seed.
const wanted = process.env['SWITCHYARD_SEED'] ?? '20261126';
if (wanted !== 'random') fc.configureGlobal({ seed: Number(wanted) });
