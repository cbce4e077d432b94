/** esbuild gathers imported style sheets into dist/board.css. */
declare module '*.css';
