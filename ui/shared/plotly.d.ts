// Plotly, as far as charts.js uses it; it comes with the Python package and is loaded when the first chart is drawn.

export interface Trace {
  x: number[]
  y: (number | null)[]
  type: 'scatter'
  mode: string
  [more: string]: unknown
}

export interface Plot extends HTMLElement {
  on(event: string, heard: (what: Record<string, number> | null) => void): void
}

export interface PlotlyModule {
  react(
    plot: HTMLElement,
    data: Trace[],
    layout: Record<string, unknown>,
    config: Record<string, unknown>,
  ): Promise<Plot>
  purge(plot: HTMLElement): void
  Plots: { resize(plot: HTMLElement): Promise<unknown> }
}

declare global {
  interface Window {
    Plotly?: PlotlyModule
  }
}
