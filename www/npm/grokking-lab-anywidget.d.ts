/** The model of a widget, as anywidget hands it over. */
export interface GrokkingLabModel {
  get(name: string): unknown;
  set(name: string, value: unknown): void;
  save_changes(): void;
  on(event: string, listener: (...args: never[]) => void): void;
  off(event: string, listener: (...args: never[]) => void): void;
  send(content: unknown, callbacks?: unknown, buffers?: ArrayBuffer[]): void;
}

declare const widget: {
  /** Puts a lab into an element of the notebook; what it returns takes it away. */
  render(context: { model: GrokkingLabModel; el: HTMLElement }): () => void;
};
export default widget;
