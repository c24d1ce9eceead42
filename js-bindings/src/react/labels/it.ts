// `keepline/react/labels/it`: the status indicator in Italian.
//
// Remedies and details stay English: they are for developers and name options.
import type { IndicatorLabels } from '../indicator/labels.js';
import { createLabels, type ErrorSentences, type Words } from '../indicator/language.js';

const words: Words = {
  language: 'it',
  connection: 'Connessione',
  states: {
    connecting: 'Connessione in corso',
    connected: 'In tempo reale',
    unconfirmed: 'Connesso, non confermato',
    catching_up: 'Recupero in corso',
    reconnecting: 'Riconnessione in corso',
    disconnected: 'Disconnesso',
  },
  situations: {
    live: 'I nuovi eventi compaiono appena si verificano.',
    unconfirmed:
      'La connessione è aperta, ma non è ancora arrivato nulla. Ciò che vede potrebbe non essere aggiornato.',
    catchingUp:
      'Ciò che è andato perso sta arrivando ora. Nel frattempo, ciò che vede potrebbe non essere aggiornato.',
    interrupted:
      'Mancano alcuni aggiornamenti e il server non può ancora dire quali. Ciò che vede potrebbe non essere aggiornato.',
    connecting: 'La connessione è in fase di apertura.',
    notLoadedYet:
      'Non è stato ancora possibile avviare gli aggiornamenti in tempo reale. Il tentativo verrà ripetuto automaticamente.',
    notLoaded: 'Non è stato possibile avviare gli aggiornamenti in tempo reale. Provi di nuovo.',
    reloadNeeded:
      'Non è stato possibile avviare gli aggiornamenti in tempo reale. Ricarichi la pagina.',
    reconnecting: 'La connessione si è interrotta. Ciò che vede potrebbe non essere aggiornato.',
    resuming:
      'Gli aggiornamenti riprenderanno automaticamente. Nel frattempo, ciò che vede potrebbe non essere aggiornato.',
    signedOut: 'Nessuno ha effettuato l’accesso.',
    closedByPage: 'Questa pagina ha chiuso la connessione.',
    resting: 'La connessione è in pausa finché la pagina non viene usata.',
    retryOffered: 'Ciò che vede potrebbe non essere aggiornato. Provi a connettersi di nuovo.',
    signInNeeded:
      'Ciò che vede potrebbe non essere aggiornato. Effettui di nuovo l’accesso per ricevere i nuovi eventi.',
    accessNeeded:
      'Ciò che vede potrebbe non essere aggiornato. Chieda l’autorizzazione a chi gestisce il Suo account.',
    elsewhere:
      'Ciò che vede qui potrebbe non essere aggiornato. Riprovi per ricevere di nuovo qui gli eventi.',
    brokenPage:
      'Ciò che vede potrebbe non essere aggiornato. Copi la diagnostica e la invii all’assistenza.',
    stopped: 'Ciò che vede potrebbe non essere aggiornato.',
  },
  retry: 'Riprova',
  since: 'Inizio',
  attempt: 'Tentativo',
  attemptOf: (attempt, maxAttempts) => `${attempt} di ${maxAttempts}`,
  nextAttempt: 'Prossimo tentativo',
  lastMessage: 'Ultimo messaggio',
  dataAsOf: (time) => `Ultimo aggiornamento dei dati: ${time}.`,
  roundTrip: 'Tempo di risposta',
  grades: { good: 'buono', fair: 'discreto', poor: 'scarso' },
  errorKind: 'Errore',
  errorCode: 'Codice di chiusura',
  errorDetail: 'Dettaglio',
  endpoint: 'Indirizzo del server',
  environment: 'Ambiente',
  environments: { development: 'Sviluppo', replit: 'Replit', production: 'Produzione' },
  copy: 'Copia diagnostica',
  copied: 'Copiata',
  copyByHand: 'Il browser non ha permesso la copia. Selezioni questo testo e lo copi:',
};

const errors: ErrorSentences = {
  endpoint_invalid: 'L’indirizzo degli aggiornamenti in tempo reale non è valido.',
  insecure_endpoint:
    'Gli aggiornamenti in tempo reale sono stati fermati, perché non sarebbero stati cifrati.',
  endpoint_blocked:
    'Le impostazioni di sicurezza di questa pagina non consentono aggiornamenti in tempo reale.',
  option_invalid:
    'Un’impostazione degli aggiornamenti in tempo reale di questa pagina non è valida.',
  token_unavailable: 'Non è stato possibile confermare il Suo accesso.',
  token_invalid: 'Il Suo accesso non può essere usato per gli aggiornamenti in tempo reale.',
  auth_rejected: 'Il server non ha accettato il Suo accesso.',
  forbidden: 'Questo account, o questa pagina, non è abilitato agli aggiornamenti in tempo reale.',
  replaced:
    'Gli aggiornamenti in tempo reale proseguono in un’altra finestra o su un altro dispositivo.',
  connect_timeout: 'Il server non ha risposto in tempo.',
  heartbeat_timeout: 'La connessione al server non dà più segni di vita.',
  closed_by_server: 'Il server ha terminato la connessione.',
  message_too_big: 'Questa pagina ha inviato in una volta più di quanto il server accetti.',
  network: 'Il server non è raggiungibile, oppure la connessione si è interrotta.',
  exhausted: 'Tutti i tentativi di ristabilire la connessione sono falliti.',
  wasm_unavailable:
    'Non è stato possibile caricare una parte di questa pagina necessaria agli aggiornamenti in tempo reale.',
  restarting: 'Il server si sta riavviando e tornerà a breve.',
  token_expired: 'Il Suo accesso è scaduto ed è in corso di rinnovo.',
  disconnected:
    'L’aggiornamento in tempo reale è stato interrotto, oppure nessuno ha effettuato l’accesso.',
};

export const labels: IndicatorLabels = createLabels(words, (kind) => errors[kind]);
