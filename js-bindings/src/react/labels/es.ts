// `keepline/react/labels/es`: the status indicator in Spanish.
//
// Remedies and details stay English: they are for developers and name options.
import type { IndicatorLabels } from '../indicator/labels.js';
import { createLabels, type ErrorSentences, type Words } from '../indicator/language.js';

const words: Words = {
  language: 'es',
  connection: 'Conexión',
  states: {
    connecting: 'Conectando',
    connected: 'En tiempo real',
    unconfirmed: 'Conectado, sin confirmar',
    catching_up: 'Poniéndose al día',
    reconnecting: 'Reconectando',
    disconnected: 'Desconectado',
  },
  situations: {
    live: 'Los nuevos eventos aparecen en cuanto se producen.',
    unconfirmed:
      'La conexión está abierta, pero aún no ha llegado nada. Es posible que lo que ve no esté actualizado.',
    catchingUp:
      'Lo que se ha perdido está llegando ahora. Hasta entonces, es posible que lo que ve no esté actualizado.',
    interrupted:
      'Faltan algunas novedades y el servidor aún no puede decir cuáles. Es posible que lo que ve no esté actualizado.',
    connecting: 'Se está estableciendo la conexión.',
    notLoadedYet:
      'Las actualizaciones en tiempo real aún no han podido iniciarse. Se volverá a intentar automáticamente.',
    notLoaded: 'Las actualizaciones en tiempo real no han podido iniciarse. Vuelva a intentarlo.',
    reloadNeeded:
      'Las actualizaciones en tiempo real no han podido iniciarse. Vuelva a cargar la página.',
    reconnecting: 'Se ha perdido la conexión. Es posible que lo que ve no esté actualizado.',
    resuming:
      'Las actualizaciones se reanudarán automáticamente. Hasta entonces, es posible que lo que ve no esté actualizado.',
    signedOut: 'No hay ninguna sesión iniciada.',
    closedByPage: 'Esta página ha cerrado la conexión.',
    resting: 'La conexión queda en pausa mientras no se utiliza la página.',
    retryOffered: 'Es posible que lo que ve no esté actualizado. Intente conectarse de nuevo.',
    signInNeeded:
      'Es posible que lo que ve no esté actualizado. Inicie sesión de nuevo para recibir los nuevos eventos.',
    accessNeeded:
      'Es posible que lo que ve no esté actualizado. Solicite acceso a quien administre su cuenta.',
    elsewhere:
      'Es posible que lo que ve aquí no esté actualizado. Reintente la conexión para volver a recibir aquí los nuevos eventos.',
    brokenPage:
      'Es posible que lo que ve no esté actualizado. Copie el diagnóstico y envíelo al servicio de asistencia.',
    stopped: 'Es posible que lo que ve no esté actualizado.',
  },
  retry: 'Reintentar',
  since: 'Desde',
  attempt: 'Intento',
  attemptOf: (attempt, maxAttempts) => `${attempt} de ${maxAttempts}`,
  nextAttempt: 'Próximo intento',
  lastMessage: 'Último mensaje',
  dataAsOf: (time) => `Última actualización de los datos: ${time}.`,
  roundTrip: 'Tiempo de respuesta',
  grades: { good: 'bueno', fair: 'regular', poor: 'malo' },
  errorKind: 'Tipo de error',
  errorCode: 'Código de cierre',
  errorDetail: 'Detalle',
  endpoint: 'Servidor',
  environment: 'Entorno',
  environments: { development: 'Desarrollo', replit: 'Replit', production: 'Producción' },
  copy: 'Copiar diagnóstico',
  copied: 'Copiado',
  copyByHand: 'El navegador no ha permitido copiar. Seleccione este texto y cópielo:',
};

const errors: ErrorSentences = {
  endpoint_invalid: 'La dirección de las actualizaciones en tiempo real no es válida.',
  insecure_endpoint:
    'Las actualizaciones en tiempo real se han detenido porque no habrían estado cifradas.',
  endpoint_blocked:
    'La configuración de seguridad de esta página no permite las actualizaciones en tiempo real.',
  option_invalid: 'Un ajuste de las actualizaciones en tiempo real de esta página no es válido.',
  token_unavailable: 'No se ha podido confirmar su inicio de sesión.',
  token_invalid: 'Su inicio de sesión no puede utilizarse para las actualizaciones en tiempo real.',
  auth_rejected: 'El servidor no ha aceptado su inicio de sesión.',
  forbidden: 'Esta cuenta, o esta página, no tiene acceso a las actualizaciones en tiempo real.',
  replaced: 'Las actualizaciones en tiempo real continúan en otra ventana o en otro dispositivo.',
  connect_timeout: 'El servidor no ha respondido a tiempo.',
  heartbeat_timeout: 'La conexión con el servidor ha dejado de responder.',
  closed_by_server: 'El servidor ha finalizado la conexión.',
  message_too_big: 'Esta página ha enviado de una vez más de lo que el servidor admite.',
  network: 'No se ha podido contactar con el servidor o la conexión se ha interrumpido.',
  exhausted: 'Todos los intentos de restablecer la conexión han fallado.',
  wasm_unavailable:
    'No se ha podido cargar una parte de esta página necesaria para las actualizaciones en tiempo real.',
  restarting: 'El servidor se está reiniciando y volverá enseguida.',
  token_expired: 'Su sesión ha caducado y se está renovando.',
  disconnected: 'La recepción en directo ha finalizado o no hay ninguna sesión iniciada.',
};

export const labels: IndicatorLabels = createLabels(words, (kind) => errors[kind]);
