// `keepline/react/labels/pt`: the status indicator in Portuguese, in words that are used in Brazil and
// in Portugal alike.
//
// Remedies and details stay English: they are for developers and name options.
import type { IndicatorLabels } from '../indicator/labels.js';
import { createLabels, type ErrorSentences, type Words } from '../indicator/language.js';

const words: Words = {
  language: 'pt',
  connection: 'Conexão',
  states: {
    connecting: 'Conexão em curso',
    connected: 'Em tempo real',
    unconfirmed: 'Conexão não confirmada',
    catching_up: 'Recuperação em curso',
    reconnecting: 'Reconexão em curso',
    disconnected: 'Sem conexão',
  },
  situations: {
    live: 'Os novos eventos aparecem assim que ocorrem.',
    unconfirmed:
      'A conexão está aberta, mas ainda não chegou nada. O que vê pode estar desatualizado.',
    catchingUp: 'O que se perdeu chega agora. Até lá, o que vê pode estar desatualizado.',
    interrupted:
      'Faltam algumas atualizações e o servidor ainda não sabe quais. O que vê pode estar desatualizado.',
    connecting: 'A conexão ainda não foi estabelecida.',
    notLoadedYet:
      'Ainda não foi possível iniciar as atualizações em tempo real. Haverá uma nova tentativa automática.',
    notLoaded: 'Não foi possível iniciar as atualizações em tempo real. Tente novamente.',
    reloadNeeded: 'Não foi possível iniciar as atualizações em tempo real. Recarregue a página.',
    reconnecting: 'A conexão foi interrompida. O que vê pode estar desatualizado.',
    resuming:
      'As atualizações serão retomadas automaticamente. Até lá, o que vê pode estar desatualizado.',
    signedOut: 'Não há nenhuma sessão iniciada.',
    closedByPage: 'Esta página encerrou a conexão.',
    resting: 'A conexão fica em pausa enquanto a página não é usada.',
    retryOffered: 'O que vê pode estar desatualizado. Tente estabelecer a conexão novamente.',
    signInNeeded:
      'O que vê pode estar desatualizado. Inicie sessão novamente para receber os novos eventos.',
    accessNeeded: 'O que vê pode estar desatualizado. Peça acesso a quem administra a sua conta.',
    elsewhere:
      'O que vê aqui pode estar desatualizado. Tente novamente para voltar a receber os eventos aqui.',
    brokenPage: 'O que vê pode estar desatualizado. Copie o diagnóstico e envie-o ao suporte.',
    stopped: 'O que vê pode estar desatualizado.',
  },
  retry: 'Tentar novamente',
  since: 'Desde',
  attempt: 'Tentativa',
  attemptOf: (attempt, maxAttempts) => `${attempt} de ${maxAttempts}`,
  nextAttempt: 'Próxima tentativa',
  lastMessage: 'Última mensagem',
  dataAsOf: (time) => `Última atualização dos dados: ${time}.`,
  roundTrip: 'Tempo de resposta',
  grades: { good: 'bom', fair: 'razoável', poor: 'mau' },
  errorKind: 'Tipo de erro',
  errorCode: 'Código de encerramento',
  errorDetail: 'Detalhe',
  endpoint: 'Servidor',
  environment: 'Ambiente',
  environments: { development: 'Desenvolvimento', replit: 'Replit', production: 'Produção' },
  copy: 'Copiar diagnóstico',
  copied: 'Copiado',
  copyByHand: 'O navegador não permitiu copiar. Selecione este texto e copie-o:',
};

const errors: ErrorSentences = {
  endpoint_invalid: 'O endereço das atualizações em tempo real não é válido.',
  insecure_endpoint:
    'As atualizações em tempo real foram suspensas, porque não teriam proteção por cifra.',
  endpoint_blocked: 'As regras de segurança desta página não permitem atualizações em tempo real.',
  option_invalid: 'Uma opção das atualizações em tempo real desta página não é válida.',
  token_unavailable: 'Não foi possível confirmar a sua sessão.',
  token_invalid: 'A sua sessão não pode ser usada para as atualizações em tempo real.',
  auth_rejected: 'O servidor não aceitou a sua sessão.',
  forbidden: 'Esta conta, ou esta página, não tem acesso às atualizações em tempo real.',
  replaced: 'As atualizações em tempo real continuam em outra janela ou em outro dispositivo.',
  connect_timeout: 'O servidor não respondeu a tempo.',
  heartbeat_timeout: 'A conexão com o servidor deixou de responder.',
  closed_by_server: 'O servidor encerrou a conexão.',
  message_too_big: 'Esta página enviou de uma só vez mais do que o servidor aceita.',
  network: 'Não foi possível chegar ao servidor, ou a conexão foi interrompida.',
  exhausted: 'Todas as tentativas de restabelecer a conexão falharam.',
  wasm_unavailable:
    'Não foi possível carregar uma parte desta página necessária às atualizações em tempo real.',
  restarting: 'O servidor foi reiniciado e volta em breve.',
  token_expired: 'A sua sessão expirou; a renovação está em curso.',
  disconnected: 'A atualização em tempo real foi encerrada ou não há nenhuma sessão iniciada.',
};

export const labels: IndicatorLabels = createLabels(words, (kind) => errors[kind]);
