// mocha wants a reporter module to be the class itself, which a module with named exports is not.
module.exports = require('./report.ts').Report;
