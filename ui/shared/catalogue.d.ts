// The sentences of ui/words, which the server writes as a module. A pair is for one and for more.

declare const catalogue: Record<string, string | [string, string]>
export default catalogue
