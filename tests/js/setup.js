// What Node needs to run the browser half: one module of it, the catalogue of sentences, is written by the server.

import { register } from 'node:module'

register('./catalogue.js', import.meta.url)
