// `keepline/react/labels/de`: the status indicator in German.
//
// Remedies and details stay English: they are for developers and name options.
import type { IndicatorLabels } from '../indicator/labels.js';
import { createLabels, type ErrorSentences, type Words } from '../indicator/language.js';

const words: Words = {
  language: 'de',
  connection: 'Verbindung',
  states: {
    connecting: 'Wird verbunden',
    connected: 'Live',
    unconfirmed: 'Verbunden, nicht bestätigt',
    catching_up: 'Wird nachgeholt',
    reconnecting: 'Wird neu verbunden',
    disconnected: 'Getrennt',
  },
  situations: {
    live: 'Neue Ereignisse erscheinen sofort.',
    unconfirmed:
      'Die Verbindung ist offen, aber es ist noch nichts angekommen. Was Sie sehen, ist möglicherweise veraltet.',
    catchingUp:
      'Was Sie verpasst haben, kommt gerade an. Bis dahin ist, was Sie sehen, möglicherweise veraltet.',
    interrupted:
      'Einige Ereignisse fehlen, und der Server kann noch nicht sagen, welche. Was Sie sehen, ist möglicherweise veraltet.',
    connecting: 'Die Verbindung wird aufgebaut.',
    notLoadedYet:
      'Die Live-Aktualisierung konnte noch nicht gestartet werden. Es wird automatisch weiter versucht.',
    notLoaded:
      'Die Live-Aktualisierung konnte nicht gestartet werden. Versuchen Sie es bitte erneut.',
    reloadNeeded:
      'Die Live-Aktualisierung konnte nicht gestartet werden. Laden Sie die Seite bitte neu.',
    reconnecting: 'Die Verbindung ist unterbrochen. Was Sie sehen, ist möglicherweise veraltet.',
    resuming:
      'Die Aktualisierung läuft von selbst wieder an. Was Sie bis dahin sehen, ist möglicherweise veraltet.',
    signedOut: 'Es ist niemand angemeldet.',
    closedByPage: 'Diese Seite hat die Verbindung beendet.',
    resting: 'Die Verbindung ruht, solange die Seite nicht benutzt wird.',
    retryOffered:
      'Was Sie sehen, ist möglicherweise veraltet. Versuchen Sie bitte, die Verbindung wiederherzustellen.',
    signInNeeded:
      'Was Sie sehen, ist möglicherweise veraltet. Melden Sie sich bitte erneut an, um neue Ereignisse zu erhalten.',
    accessNeeded:
      'Was Sie sehen, ist möglicherweise veraltet. Bitten Sie die Person, die Ihr Konto verwaltet, um Zugriff.',
    elsewhere:
      'Was Sie hier sehen, ist möglicherweise veraltet. Mit „Erneut versuchen“ erhalten Sie neue Ereignisse wieder hier.',
    brokenPage:
      'Was Sie sehen, ist möglicherweise veraltet. Kopieren Sie bitte die Diagnose und senden Sie sie an den Support.',
    stopped: 'Was Sie sehen, ist möglicherweise veraltet.',
  },
  retry: 'Erneut versuchen',
  since: 'Seit',
  attempt: 'Versuch',
  attemptOf: (attempt, maxAttempts) => `${attempt} von ${maxAttempts}`,
  nextAttempt: 'Nächster Versuch',
  lastMessage: 'Letzte Nachricht',
  dataAsOf: (time) => `Stand der Daten: ${time}.`,
  roundTrip: 'Antwortzeit',
  grades: { good: 'gut', fair: 'mäßig', poor: 'schlecht' },
  errorKind: 'Fehler',
  errorCode: 'Schließcode',
  errorDetail: 'Einzelheit',
  endpoint: 'Adresse des Servers',
  environment: 'Umgebung',
  environments: { development: 'Entwicklung', replit: 'Replit', production: 'Produktion' },
  copy: 'Diagnose kopieren',
  copied: 'Kopiert',
  copyByHand:
    'Der Browser hat das Kopieren nicht erlaubt. Markieren und kopieren Sie bitte diesen Text:',
};

const errors: ErrorSentences = {
  endpoint_invalid: 'Die Adresse für die Live-Aktualisierung ist ungültig.',
  insecure_endpoint:
    'Die Live-Aktualisierung wurde angehalten, weil sie nicht verschlüsselt gewesen wäre.',
  endpoint_blocked:
    'Die Sicherheitseinstellungen dieser Seite lassen keine Live-Aktualisierung zu.',
  option_invalid: 'Eine Einstellung der Live-Aktualisierung dieser Seite ist ungültig.',
  token_unavailable: 'Ihre Anmeldung konnte nicht bestätigt werden.',
  token_invalid: 'Ihre Anmeldung kann für die Live-Aktualisierung nicht verwendet werden.',
  auth_rejected: 'Der Server hat Ihre Anmeldung nicht akzeptiert.',
  forbidden: 'Dieses Konto oder diese Seite ist für die Live-Aktualisierung nicht freigeschaltet.',
  replaced:
    'Die Live-Aktualisierung läuft in einem anderen Fenster oder auf einem anderen Gerät weiter.',
  connect_timeout: 'Der Server hat nicht rechtzeitig geantwortet.',
  heartbeat_timeout: 'Die Verbindung zum Server ist verstummt.',
  closed_by_server: 'Der Server hat die Verbindung beendet.',
  message_too_big: 'Diese Seite hat mehr auf einmal gesendet, als der Server annimmt.',
  network: 'Der Server war nicht erreichbar, oder die Verbindung ist abgebrochen.',
  exhausted: 'Alle Versuche, die Verbindung wiederherzustellen, sind fehlgeschlagen.',
  wasm_unavailable:
    'Ein Teil dieser Seite, den die Live-Aktualisierung braucht, konnte nicht geladen werden.',
  restarting: 'Der Server wird neu gestartet und ist gleich wieder da.',
  token_expired: 'Ihre Anmeldung ist abgelaufen und wird gerade erneuert.',
  disconnected: 'Die Live-Aktualisierung wurde beendet, oder niemand ist angemeldet.',
};

export const labels: IndicatorLabels = createLabels(words, (kind) => errors[kind]);
