// Why the lab could not start, in words. Loaded only then: before that, there is no catalog to look words up in.

// The smallest module with a SIMD instruction.
const SIMD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 8, 1, 6, 0, 65, 0, 253, 15, 11];

/** By language. {said} is what the browser says, in its own words. */
export const TEXTS = {
  en: {
    failed: "The lab could not start.",
    again: "Try again",
    wasm: "This browser runs no WebAssembly, which the lab needs: its settings or a protection have switched it off, as the safer levels of the Tor Browser do, or it is from before 2017.",
    simd: "This browser’s WebAssembly has no SIMD; the lab needs a browser of 2023 or newer.",
    folder: "{said}. The folder “assets” has to lie beside grokking-lab.js, complete and of the same release. A bundler that does not bring it along has to be told: the package’s README says how.",
    script: "{said}. The file is missing on the server, the connection broke, or the server does not let other sites load it.",
    files: "Its files could not be loaded ({said}): there is no connection, or the server does not let other sites load them.",
    bundler: "Its files could not be found ({said}): a bundler has hidden where the script came from. Tell it with setBase(), as the package’s README says.",
    policy: "The page’s content security policy forbids it: its {where} has to allow {source}.",
  },
  de: {
    failed: "Das Labor konnte nicht starten.",
    again: "Noch einmal versuchen",
    wasm: "Dieser Browser führt kein WebAssembly aus, das das Labor braucht: Seine Einstellungen oder ein Schutz haben es abgeschaltet, wie es die sichereren Stufen des Tor-Browsers tun, oder er ist von vor 2017.",
    simd: "Das WebAssembly dieses Browsers hat kein SIMD; das Labor braucht einen Browser von 2023 oder neuer.",
    folder: "{said}. Der Ordner „assets“ muss neben grokking-lab.js liegen, vollständig und aus derselben Version. Einem Bundler, der ihn nicht mitnimmt, muss man das sagen: In der README des Pakets steht, wie.",
    script: "{said}. Die Datei fehlt auf dem Server, die Verbindung brach ab, oder der Server lässt andere Seiten sie nicht laden.",
    files: "Seine Dateien konnten nicht geladen werden ({said}): Es gibt keine Verbindung, oder der Server lässt andere Seiten sie nicht laden.",
    bundler: "Seine Dateien konnten nicht gefunden werden ({said}): Ein Bundler hat verborgen, woher das Skript kam. Sag es ihm mit setBase(), wie es in der README des Pakets steht.",
    policy: "Die Content Security Policy der Seite verbietet es: Ihr {where} muss {source} erlauben.",
  },
  es: {
    failed: "El laboratorio no pudo arrancar.",
    again: "Volver a intentarlo",
    wasm: "Este navegador no ejecuta WebAssembly, que el laboratorio necesita: sus ajustes o una protección lo han desactivado, como hacen los niveles más seguros del navegador Tor, o es anterior a 2017.",
    simd: "El WebAssembly de este navegador no tiene SIMD; el laboratorio necesita un navegador de 2023 o posterior.",
    folder: "{said}. La carpeta «assets» debe estar junto a grokking-lab.js, completa y de la misma versión. A un empaquetador que no la lleve consigo hay que decírselo: el README del paquete explica cómo.",
    script: "{said}. El archivo falta en el servidor, se cortó la conexión, o el servidor no deja que otros sitios lo carguen.",
    files: "No se pudieron cargar sus archivos ({said}): no hay conexión, o el servidor no deja que otros sitios los carguen.",
    bundler: "No se encontraron sus archivos ({said}): un empaquetador ha ocultado de dónde venía el script. Indícalo con setBase(), como dice el README del paquete.",
    policy: "La política de seguridad de contenido de la página lo prohíbe: su {where} debe permitir {source}.",
  },
  fr: {
    failed: "Le labo n’a pas pu démarrer.",
    again: "Réessayer",
    wasm: "Ce navigateur n’exécute pas WebAssembly, dont le labo a besoin : ses réglages ou une protection l’ont désactivé, comme le font les niveaux plus sûrs du navigateur Tor, ou il date d’avant 2017.",
    simd: "Le WebAssembly de ce navigateur n’a pas de SIMD ; le labo a besoin d’un navigateur de 2023 ou plus récent.",
    folder: "{said}. Le dossier « assets » doit se trouver à côté de grokking-lab.js, complet et de la même version. Il faut le dire à un empaqueteur qui ne l’emporte pas : le README du paquet explique comment.",
    script: "{said}. Le fichier manque sur le serveur, la connexion s’est rompue, ou le serveur ne laisse pas d’autres sites le charger.",
    files: "Ses fichiers n’ont pas pu être chargés ({said}) : il n’y a pas de connexion, ou le serveur ne laisse pas d’autres sites les charger.",
    bundler: "Ses fichiers sont introuvables ({said}) : un empaqueteur a caché d’où venait le script. Indiquez-le avec setBase(), comme le dit le README du paquet.",
    policy: "La politique de sécurité du contenu de la page l’interdit : son {where} doit autoriser {source}.",
  },
};

/** What to say in a language of an error, and of what the page's policy refused meanwhile, if it did. */
export function explain(error, code) {
  const { cause = error, refused } = Object(error);
  const lang = code in TEXTS ? code : "en";
  const { failed, again, ...texts } = TEXTS[lang];
  const [text, values] = reason(cause, refused);
  const why = text ? texts[text].replace(/\{(\w+)\}/g, (_, name) => values[name]) : `${values.said}.`;
  return { message: `${failed} ${why}`, again, lang };
}

/** Which of the texts says why, and with what; none where only the browser's own words do. */
function reason(error, refused) {
  const said = `${error?.message ?? error}`;
  const wasm = globalThis.WebAssembly;
  if (!wasm) return ["wasm", {}];
  if (!wasm.validate(Uint8Array.from(SIMD))) return ["simd", {}];
  if (refused || /Content Security Policy|unsafe-eval/.test(said)) return ["policy", forbidden(refused)];
  if (error?.status) return ["folder", { said }];
  if (/dynamically imported|importing a module/i.test(said)) return ["script", { said }];
  if (error instanceof TypeError && /fetch|network|load failed/i.test(said)) return ["files", { said }];
  return [/URL/.test(said) ? "bundler" : "", { said }];
}

function forbidden(refused) {
  const what = refused?.blockedURI ?? "wasm-eval";
  const where = refused?.effectiveDirective ?? "script-src";
  const source = /^wasm|^eval/.test(what) ? "'wasm-unsafe-eval'" : what.split("/").slice(0, 3).join("/").replace(location.origin, "'self'");
  return { where: where.replace("-elem", ""), source };
}
