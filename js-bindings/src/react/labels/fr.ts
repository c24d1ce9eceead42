// `keepline/react/labels/fr`: the status indicator in French.
//
// Remedies and details stay English: they are for developers and name options.
import type { IndicatorLabels } from '../indicator/labels.js';
import { createLabels, type ErrorSentences, type Words } from '../indicator/language.js';

const words: Words = {
  language: 'fr',
  connection: 'Connexion',
  states: {
    connecting: 'Connexion en cours',
    connected: 'En direct',
    unconfirmed: 'Connecté, non confirmé',
    catching_up: 'Rattrapage en cours',
    reconnecting: 'Reconnexion en cours',
    disconnected: 'Déconnecté',
  },
  situations: {
    live: 'Les nouveaux événements s’affichent dès qu’ils se produisent.',
    unconfirmed:
      'La connexion est ouverte, mais rien n’est encore arrivé. Les informations affichées ne sont peut-être plus à jour.',
    catchingUp:
      'Ce qui a été manqué arrive maintenant. D’ici là, les informations affichées ne sont peut-être plus à jour.',
    interrupted:
      'Des mises à jour manquent, et le serveur ne peut pas encore dire lesquelles. Les informations affichées ne sont peut-être plus à jour.',
    connecting: 'La connexion est en train de s’établir.',
    notLoadedYet:
      'Les mises à jour en direct n’ont pas encore pu démarrer. Une nouvelle tentative aura lieu automatiquement.',
    notLoaded: 'Les mises à jour en direct n’ont pas pu démarrer. Veuillez réessayer.',
    reloadNeeded: 'Les mises à jour en direct n’ont pas pu démarrer. Veuillez recharger la page.',
    reconnecting:
      'La connexion a été interrompue. Les informations affichées ne sont peut-être plus à jour.',
    resuming:
      'Les mises à jour reprendront automatiquement. D’ici là, les informations affichées ne sont peut-être plus à jour.',
    signedOut: 'Personne n’est connecté à un compte.',
    closedByPage: 'Cette page a fermé la connexion.',
    resting: 'La connexion est en pause tant que la page n’est pas utilisée.',
    retryOffered:
      'Les informations affichées ne sont peut-être plus à jour. Veuillez réessayer de vous connecter.',
    signInNeeded:
      'Les informations affichées ne sont peut-être plus à jour. Identifiez-vous à nouveau pour recevoir les nouveaux événements.',
    accessNeeded:
      'Les informations affichées ne sont peut-être plus à jour. Demandez l’accès à la personne qui gère votre compte.',
    elsewhere:
      'Les informations affichées ici ne sont peut-être plus à jour. Réessayez pour recevoir de nouveau les événements ici.',
    brokenPage:
      'Les informations affichées ne sont peut-être plus à jour. Copiez le diagnostic et envoyez-le au support.',
    stopped: 'Les informations affichées ne sont peut-être plus à jour.',
  },
  retry: 'Réessayer',
  since: 'Depuis',
  attempt: 'Tentative',
  attemptOf: (attempt, maxAttempts) => `${attempt} sur ${maxAttempts}`,
  nextAttempt: 'Prochaine tentative',
  lastMessage: 'Dernier message',
  // A colon has a space before it that must not be broken.
  dataAsOf: (time) => `Dernière mise à jour des données\u00a0: ${time}.`,
  roundTrip: 'Temps de réponse',
  grades: { good: 'bon', fair: 'moyen', poor: 'mauvais' },
  errorKind: 'Erreur',
  errorCode: 'Code de fermeture',
  errorDetail: 'Précision',
  endpoint: 'Serveur',
  environment: 'Environnement',
  environments: { development: 'Développement', replit: 'Replit', production: 'Production' },
  copy: 'Copier le diagnostic',
  copied: 'Copié',
  copyByHand:
    'Le navigateur n’a pas autorisé la copie. Veuillez sélectionner et copier ce texte\u00a0:',
};

const errors: ErrorSentences = {
  endpoint_invalid: 'L’adresse des mises à jour en direct n’est pas valide.',
  insecure_endpoint:
    'Les mises à jour en direct ont été arrêtées, car elles n’auraient pas été chiffrées.',
  endpoint_blocked:
    'Les paramètres de sécurité de cette page n’autorisent pas les mises à jour en direct.',
  option_invalid: 'Un réglage des mises à jour en direct de cette page n’est pas valide.',
  token_unavailable: 'Votre identification n’a pas pu être confirmée.',
  token_invalid: 'Votre identification ne peut pas servir aux mises à jour en direct.',
  auth_rejected: 'Le serveur n’a pas accepté votre identification.',
  forbidden: 'Ce compte, ou cette page, n’a pas accès aux mises à jour en direct.',
  replaced:
    'Les mises à jour en direct se poursuivent dans une autre fenêtre ou sur un autre appareil.',
  connect_timeout: 'Le serveur n’a pas répondu à temps.',
  heartbeat_timeout: 'La connexion au serveur ne donne plus de signe de vie.',
  closed_by_server: 'Le serveur a mis fin à la connexion.',
  message_too_big: 'Cette page a envoyé plus de données à la fois que le serveur n’en accepte.',
  network: 'Le serveur est injoignable, ou la connexion a été coupée.',
  exhausted: 'Toutes les tentatives de reconnexion ont échoué.',
  wasm_unavailable:
    'Une partie de cette page, nécessaire aux mises à jour en direct, n’a pas pu être chargée.',
  restarting: 'Le serveur redémarre et sera bientôt de retour.',
  token_expired: 'Votre session a expiré et est en cours de renouvellement.',
  disconnected:
    'Les mises à jour en direct ont été arrêtées, ou personne n’est connecté à un compte.',
};

export const labels: IndicatorLabels = createLabels(words, (kind) => errors[kind]);
