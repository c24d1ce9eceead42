// The world's clockwork: time, events, and the host's side of the contract.
#include "world.hpp"

#include <algorithm>
#include <cmath>

#include "control_data.hpp"
#include "trace.hpp"

namespace keepline::sim {
namespace {

// More than any honest burst at one moment; past it somebody spins.
constexpr int steps_at_one_instant_max = 5000;
constexpr double wall_start_ms = 1763888400000;  // 2025-11-23T09:00:00Z
constexpr double monotonic_start_ms = 1000;

constexpr auto later = [](const auto& a, const auto& b) {
  return a.at != b.at ? a.at > b.at : a.order > b.order;
};

}  // namespace

Options World::default_options() {
  Options options;
  options.page = "https://app.example.com/calls";
  options.has_token_provider = true;
  options.log_level = LogLevel::debug;
  return options;
}

World::World(const Options& options, std::uint64_t seed)
    : core_(options, Random(seed)),
      books_(core_),
      now_{HostClock::time_point(milliseconds(monotonic_start_ms)),
           WallClock::time_point(milliseconds(wall_start_ms))} {}

// ---- one step: an input, the drain, the books

void World::begin(Input input, std::optional<PageSignal> signal, std::string_view detail) {
  books_.begin(input, now_, signal);
  if (trace == nullptr) return;
  trace->append("@").append(to_text(now_.monotonic.time_since_epoch().count()));
  trace->append(" ").append(to_string(input));
  if (signal) trace->append(" ").append(keepline::to_string(*signal));
  if (!detail.empty()) trace->append(" ").append(detail);
  trace->append("\n");
}

void World::finish() {
  drain();
  books_.end(core_);
  books_.close_step();
  while (!to_measure_.empty()) {
    const SocketId socket = to_measure_.back();
    to_measure_.pop_back();
    if (const Socket* known = find(socket)) deliver_capacity(socket, unsent(*known));
  }
}

void World::drain() {
  for (Output& output : core_.poll_outputs()) {
    if (trace != nullptr) trace->append("  ").append(to_text(output)).append("\n");
    books_.note(output, core_);
    carry_out(output);
    if (keeps_history) history.push_back(std::move(output));
  }
  if (!core_.poll_outputs().empty()) {
    books_.complain(Invariant::status_agrees, "an output after the drain");
  }
}

void World::carry_out(const Output& output) {
  if (const auto* open = std::get_if<OpenSocket>(&output)) carry_out(*open);
  if (const auto* close = std::get_if<CloseSocket>(&output)) carry_out(*close);
  if (const auto* frame = std::get_if<SendFrame>(&output)) carry_out(*frame);
  if (const auto* request = std::get_if<RequestToken>(&output)) carry_out(*request);
  if (const auto* measure = std::get_if<MeasureSendCapacity>(&output)) {
    to_measure_.push_back(measure->socket);
  }
  if (const auto* auth = std::get_if<SendAuth>(&output)) {
    carry_out(SendFrame{auth->socket, R"({"type":"auth","data":{"token":"[redacted]"}})"});
  }
}

void World::carry_out(const RequestToken& output) {
  ++token_requests;
  if (output.force_refresh) ++forced_requests;
  Event event{.kind = Kind::token, .id = output.request.value};
  const bool makes_addresses = core_.options().has_url_provider && output.attempt >= 0;
  if (!core_.options().has_token_provider && provider != Provider::hangs) {
    // Nobody but what makes the addresses is asked.
    const bool fails = provider == Provider::rejects || provider == Provider::lost;
    event.result = fails ? TokenResult::Kind::no_address : TokenResult::Kind::token;
    schedule(std::move(event), provider_delay);
    return;
  }
  switch (provider) {
    case Provider::lost:
      if (makes_addresses) {
        event.result = TokenResult::Kind::no_address;
        event.text = "the directory is down";
        break;
      }
      [[fallthrough]];
    case Provider::misleads:
      event.result = TokenResult::Kind::token;
      event.fingerprint = last_fingerprint_;
      break;
    case Provider::hangs:
      return;
    case Provider::answers:
      if (output.force_refresh) ++last_fingerprint_;
      [[fallthrough]];
    case Provider::same:
      event.result = TokenResult::Kind::token;
      event.fingerprint = last_fingerprint_;
      break;
    case Provider::absent:
      event.result = TokenResult::Kind::absent;
      break;
    case Provider::rejects:
      event.result = TokenResult::Kind::failed;
      event.text = "the session service is down";
      break;
    case Provider::invalid:
      event.result = TokenResult::Kind::invalid;
      break;
  }
  schedule(std::move(event), provider_delay);
}

// A closed socket or an answered token request changes nothing.
void World::expect_unchanged(const Connection& before, std::string_view what) {
  if (core_ != before) {
    books_.complain(Invariant::nothing_late, std::string(what).append(" changed something"));
  }
  if (!core_.poll_outputs().empty()) {
    books_.complain(Invariant::nothing_late, std::string(what).append(" had an output"));
  }
  books_.close_step();
}

bool World::is_stale(SocketId socket) const {
  const Socket* present = live();
  return present == nullptr || present->id != socket;
}

// ---- time

void World::schedule(Event event, Duration delay) {
  event.at = now_.monotonic + delay;
  event.order = ++last_order_;
  events_.push_back(std::move(event));
  std::push_heap(events_.begin(), events_.end(), later);
}

std::optional<HostClock::time_point> World::timer_at() const {
  const auto deadline = core_.next_deadline();
  if (!deadline || !host_runs_timers) return std::nullopt;
  if (timer_grain <= Duration{0}) return deadline->monotonic;
  const double ticks = std::ceil(deadline->monotonic.time_since_epoch() / timer_grain);
  return HostClock::time_point(timer_grain * ticks);
}

void World::advance_to(HostClock::time_point at) {
  if (at <= now_.monotonic) return;
  now_.wall += at - now_.monotonic;
  now_.monotonic = at;
  steps_at_one_instant_ = 0;
}

bool World::run_next(Duration limit) {
  const auto timer = timer_at();
  const bool has_event = !events_.empty();
  if (!timer && !has_event) return false;
  const bool event_first = has_event && (!timer || events_.front().at <= *timer);
  const auto at = event_first ? events_.front().at : *timer;
  if (at > now_.monotonic + limit) return false;
  advance_to(at);
  if (++steps_at_one_instant_ > steps_at_one_instant_max) {
    books_.complain(Invariant::bounds, "the machine spins: time does not get on");
    return false;
  }
  if (!event_first) {
    ++host_wakes;
    handle_deadline();
    return true;
  }
  std::pop_heap(events_.begin(), events_.end(), later);
  const Event event = std::move(events_.back());
  events_.pop_back();
  happen(event);
  return true;
}

void World::run_for(Duration duration) {
  const auto end = now_.monotonic + duration;
  while (now_.monotonic <= end && run_next(end - now_.monotonic)) {
  }
  advance_to(end);
}

void World::skip(Duration duration) { advance_to(now_.monotonic + duration); }

void World::sleep(Duration duration, bool monotonic_runs) {
  now_.wall += duration;
  if (monotonic_runs) now_.monotonic += duration;
}

void World::handle_deadline() {
  begin(Input::deadline);
  core_.handle_deadline(now_);
  finish();
}

// ---- what there is to see

const Socket* World::live() const {
  for (const Socket& socket : sockets_) {
    if (!socket.let_go) return &socket;
  }
  return nullptr;
}

Socket* World::find(SocketId socket) {
  for (Socket& each : sockets_) {
    if (each.id == socket) return &each;
  }
  return nullptr;
}

Duration World::until_retry() const {
  return status().next_retry_at ? *status().next_retry_at - now_.wall : Duration{-1};
}

void World::clear() {
  history.clear();
  server_heard.clear();
}

}  // namespace keepline::sim
