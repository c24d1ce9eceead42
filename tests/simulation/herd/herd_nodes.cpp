// The other end of the herd's wires: balancer, nodes, log, and what the story does to them.
#include <algorithm>
#include <cmath>

#include "herd.hpp"

namespace keepline::sim::herd {
namespace {

constexpr Moment slice_ms = 100;        // of those whom a node sends away
constexpr Moment call_again_ms = 1000;  // RFC 6298, 2.1
constexpr std::uint64_t calls_max = 7;  // as Linux has it: then the dial has failed
constexpr double round_trips_before_hello = 2;
constexpr Moment fetch_again_ms = 1000;

}  // namespace

// ---- the story

void Herd::play(const Step& step) {
  switch (step.kind) {
    case Step::Kind::dies:
      kill(step.node);
      return;
    case Step::Kind::stops:
      nodes_[step.node].is_leaving = true;
      kill(step.node);
      return;
    case Step::Kind::rises:
      nodes_[step.node].is_up = true;
      return;
    case Step::Kind::leaves:
      drain(step.node);
      return;
    case Step::Kind::log_restarts:
      restart_log();
      return;
    case Step::Kind::office_fails:
    case Step::Kind::office_back:
      if (story_.kind != StoryKind::office_told) return;
      for (std::uint32_t client = 0; client < story_.concerned; ++client) {
        const bool fails = step.kind == Step::Kind::office_fails;
        const auto signal = fails ? PageSignal::offline : PageSignal::online;
        events_.add({.at = now_,
                     .kind = Event::Kind::signal,
                     .client = client,
                     .word = {.a = static_cast<std::uint64_t>(signal)}});
      }
      return;
  }
}

// Links and waiting dials end without a word; those that a drain has left over, with one.
void Herd::kill(std::uint32_t node) {
  const auto how = nodes_[node].is_leaving ? Event::Kind::sent_away : Event::Kind::broken;
  for (std::uint32_t client = 0; client < lines_.size(); ++client) {
    const Line& line = lines_[client];
    if (line.stage < Stage::waiting || line.node != node || !holds(line)) continue;
    events_.add({.at = now_ + line.one_way, .kind = how, .client = client, .dial = line.dial});
  }
  nodes_[node].die();
}

void Herd::drain(std::uint32_t node) {
  nodes_[node].is_leaving = true;
  std::vector<std::uint32_t> leaving;
  for (std::uint32_t client = 0; client < lines_.size(); ++client) {
    const Line& line = lines_[client];
    if (line.stage == Stage::open && line.node == node && holds(line)) leaving.push_back(client);
  }
  const double slices = std::max(1.0, std::floor(settings_.drain_ms / slice_ms));
  const double count = static_cast<double>(leaving.size());
  for (std::size_t place = 0; place < leaving.size(); ++place) {
    const Line& line = lines_[leaving[place]];
    const double slice = std::floor(static_cast<double>(place) * slices / count);
    events_.add({.at = now_ + slice * slice_ms + line.one_way,
                 .kind = Event::Kind::sent_away,
                 .client = leaving[place],
                 .dial = line.dial});
  }
}

void Herd::restart_log() {
  const Log before = log_at(now_);
  ++log_epoch_;
  log_began_ = now_;
  for (std::uint32_t client = 0; client < lines_.size(); ++client) {
    const Line& line = lines_[client];
    if (line.stage != Stage::open) continue;
    ++tally_.gaps;
    events_.add({.at = arrival(client),
                 .kind = Event::Kind::told,
                 .client = client,
                 .dial = line.dial,
                 .word = {Word::Kind::gap, log_epoch_, before.epoch, before.head}});
  }
}

// ---- dials

// The first packet, or the next one where nobody answered.
void Herd::call_again(Event event) {
  Moment sent = now_;
  for (;; ++event.word.a) {
    if (event.word.a >= calls_max) {
      event.kind = Event::Kind::broken;
      break;
    }
    if (event.word.a > 0) {
      sent += call_again_ms * static_cast<double>(std::uint64_t{1} << (event.word.a - 1));
    }
    if (!story_.is_cut(event.client, sent)) break;
  }
  ++event.word.a;
  event.at = sent + lines_[event.client].one_way;
  events_.add(event);
}

Node* Herd::next_node() {
  for (std::size_t tried = 0; tried < nodes_.size(); ++tried) {
    Node& node = nodes_[next_node_++ % nodes_.size()];
    if (node.is_up && !node.is_leaving) return &node;
  }
  return nullptr;
}

std::uint32_t Herd::number_of(const Node& node) const {
  return static_cast<std::uint32_t>(&node - nodes_.data());
}

bool Herd::holds(const Line& line) const { return line.life == nodes_[line.node].life; }

void Herd::arrive(const Event& event) {
  if (!is_present(event)) return;
  Line& line = lines_[event.client];
  Node* node = next_node();
  if (node == nullptr && settings_.dead == Dead::refuses) {
    events_.add({.at = now_ + line.one_way,
                 .kind = Event::Kind::broken,
                 .client = event.client,
                 .dial = event.dial});
    return;
  }
  if (node == nullptr ||
      !node->knock({event.client, event.dial}, static_cast<std::size_t>(settings_.backlog))) {
    call_again(event);
    return;
  }
  line.stage = Stage::waiting;
  line.node = number_of(*node);
  line.life = node->life;
  begin_to_take(*node);
}

void Herd::begin_to_take(Node& node) {
  if (!node.begins_to_take()) return;
  const Moment takes = tally_.counts ? 1000 / settings_.accepts : 0;
  events_.add({.at = now_ + takes,
               .kind = Event::Kind::taken,
               .life = node.life,
               .client = number_of(node)});
}

void Herd::take(std::uint32_t number) {
  Node& node = nodes_[number];
  const Knock dial = node.taken();
  begin_to_take(node);
  events_.add({.at = now_ + round_trips_before_hello * 2 * lines_[dial.client].one_way,
               .kind = Event::Kind::asks,
               .life = node.life,
               .client = dial.client,
               .dial = dial.dial});
}

// ---- what a node is asked

void Herd::hear(const Event& event) {
  if (event.word.kind == Word::Kind::fetch) {
    fetch(event);
    return;
  }
  const Line& line = lines_[event.client];
  if (!is_present(event) || event.life != line.life || !holds(line)) return;
  Node& node = nodes_[line.node];
  const Knock whose{event.client, event.dial};
  if (event.word.kind == Word::Kind::hello) {
    node.jobs.push_back({Job::Kind::greet, whose});
  } else if (event.word.kind == Word::Kind::resume) {
    node.jobs.push_back({Job::Kind::resume, whose, event.word});
  } else {
    events_.add({.at = arrival(event.client),
                 .kind = Event::Kind::told,
                 .client = event.client,
                 .dial = event.dial,
                 .word = {.kind = Word::Kind::pong, .a = event.word.a}});
    return;
  }
  begin_work(node);
}

// By HTTP, and so from any node.
void Herd::fetch(const Event& event) {
  Node* node = next_node();
  if (node == nullptr) {
    Event again = event;
    again.at = now_ + fetch_again_ms;
    events_.add(again);
    return;
  }
  node->jobs.push_back({Job::Kind::fetch, {event.client, event.dial}});
  begin_work(*node);
}

void Herd::begin_work(Node& node) {
  if (!node.begins_to_work()) return;
  const double cost = cost_of(node.jobs.front());
  node.worked_ms += cost;
  events_.add({.at = now_ + cost,
               .kind = Event::Kind::worked,
               .life = node.life,
               .client = number_of(node)});
}

// Of one who has hung up, nothing.
double Herd::cost_of(const Job& job) const {
  if (!tally_.counts) return 0;
  if (job.kind == Job::Kind::fetch) return settings_.fetch_ms;
  const Line& line = lines_[job.whose.client];
  if (line.stage == Stage::none || line.dial != job.whose.dial) return 0;
  if (job.kind == Job::Kind::greet) return settings_.token_ms;
  const Log log = log_at(now_);
  const std::uint64_t from = job.word.a == log.epoch ? job.word.b : log.head;
  return settings_.resume_ms + settings_.event_ms * static_cast<double>(log.head - from);
}

void Herd::work(std::uint32_t number) {
  Node& node = nodes_[number];
  const Job job = node.worked();
  do_job(job);
  begin_work(node);
}

void Herd::do_job(const Job& job) {
  const std::uint32_t client = job.whose.client;
  Event answer{
      .at = arrival(client), .kind = Event::Kind::told, .client = client, .dial = job.whose.dial};
  if (job.kind == Job::Kind::fetch) {
    answer.word.kind = Word::Kind::snapshot;
    events_.add(answer);
    return;
  }
  if (!is_present(answer)) return;
  const Log log = log_at(now_);
  answer.word.c = log.epoch;
  answer.word.b = log.head;
  if (job.kind == Job::Kind::greet) {
    answer.kind = Event::Kind::opened;
  } else if (job.word.a != 0 && job.word.a != log.epoch) {
    ++tally_.gaps;
    answer.word = {Word::Kind::gap, log.epoch, job.word.a, job.word.b};
  } else {
    answer.word.kind = Word::Kind::resumed;
    answer.word.a = job.word.a == 0 ? lines_[client].began : job.word.b;
    tally_.resume(now_, log.head - answer.word.a);
  }
  events_.add(answer);
}

}  // namespace keepline::sim::herd
