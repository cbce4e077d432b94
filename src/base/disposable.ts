/** Something to let go of. Disposing twice is harmless. */
export interface Disposable {
  dispose(): void;
}
