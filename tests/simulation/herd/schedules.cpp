#include "schedules.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>

namespace keepline::sim::herd {
namespace {

// By multiplication: std::pow's last bit differs between C libraries, and a run must not.
double raised(double factor, int times) {
  double result = 1;
  for (int time = 0; time < times; ++time) result *= factor;
  return result;
}

// The step of a fixed list, whose last one goes on for ever.
template <std::size_t count>
Duration step_of(const double (&list)[count], int attempt) {
  const auto place = static_cast<std::size_t>(attempt - 1);
  return milliseconds(list[std::min(place, count - 1)]);
}

Duration grown(double least, int attempt) {
  return milliseconds(std::min(least * raised(1.3, attempt - 1), 10000.0));
}

std::optional<Duration> partysocket(int attempt, Random, Random&) { return grown(3000, attempt); }

// The least wait is drawn once, as the page is loaded.
std::optional<Duration> reconnecting_websocket(int attempt, Random page, Random&) {
  return grown(1000 + page.unit() * 4000, attempt);
}

std::optional<Duration> phoenix(int attempt, Random, Random&) {
  return step_of({10, 50, 100, 150, 200, 250, 500, 1000, 2000, 5000}, attempt);
}

std::optional<Duration> supabase(int attempt, Random, Random&) {
  return step_of({1000, 2000, 5000, 10000}, attempt);
}

// Each failure takes the next longer one.
std::optional<Duration> liveblocks(int attempt, Random, Random&) {
  return step_of({250, 500, 1000, 2000, 4000, 8000, 10000}, attempt);
}

// At once after a link that was there, which counts as the first failure. What is not here: its
// fallback hosts, which are other servers, and the 30 s that it waits after two minutes.
std::optional<Duration> ably(int attempt, Random, Random& fresh) {
  if (attempt == 1) return Duration{0};
  const double grows = std::min((attempt + 2) / 3.0, 2.0);
  return milliseconds(15000 * grows * (1 - fresh.unit() * 0.2));
}

// The jitter comes before the cap: from the fourth wait on there is hardly any left.
std::optional<Duration> socket_io(int attempt, Random, Random& fresh) {
  const double base = 1000 * raised(2, std::min(attempt - 1, 20));
  const double drawn = fresh.unit();
  const double deviation = std::floor(drawn * 0.5 * base);
  const bool sooner = static_cast<int>(drawn * 10) % 2 == 0;
  return milliseconds(std::floor(std::min(sooner ? base - deviation : base + deviation, 5000.0)));
}

// A poll looks whether pings are missing: every 6 s × (1 to 2), and once they are, every
// 6 s × 1.15^n × (1 to 1.15). One within 6 s of the loss dials nothing and counts all the same.
std::optional<Duration> actioncable(int attempt, Random page, Random& fresh) {
  constexpr double stale = 6000;
  const double interval = stale * (1 + page.unit());
  const double first_poll = interval * page.unit();
  const double pinged_before = 3000 * page.unit();
  const bool is_stale = first_poll + pinged_before > stale;
  const bool skips = is_stale && first_poll < stale;
  const auto next = [&fresh](int counted) {
    return stale * raised(1.15, std::min(counted, 10)) * (1 + 0.15 * fresh.unit());
  };
  if (attempt > 1) return milliseconds(next(attempt - 1 + int{skips}));
  if (skips) return milliseconds(first_poll + next(1));
  if (is_stale) return milliseconds(first_poll);
  return milliseconds(first_poll + stale * (1 + page.unit()));
}

// Full jitter, on top of the least.
std::optional<Duration> centrifuge(int attempt, Random, Random& fresh) {
  const double most = std::min(500 * raised(2, std::min(attempt - 1, 31)), 20000.0);
  return milliseconds(std::min(20000.0, 500 + std::floor(fresh.unit() * (most + 1))));
}

// The jitter comes after the cap.
std::optional<Duration> convex(int attempt, Random, Random& fresh) {
  const double base = std::min(1000 * raised(2, std::min(attempt - 1, 20)), 16000.0);
  return milliseconds(base + base * (fresh.unit() - 0.5));
}

std::optional<Duration> graphql_ws(int attempt, Random, Random& fresh) {
  constexpr int retries = 5;
  if (attempt > retries) return std::nullopt;
  return milliseconds(1000 * raised(2, attempt - 1) + 300 + std::floor(fresh.unit() * 2700));
}

// With automatic reconnects, which are to be asked for.
std::optional<Duration> signalr(int attempt, Random, Random&) {
  constexpr double list[] = {0, 2000, 10000, 30000};
  if (attempt > static_cast<int>(std::size(list))) return std::nullopt;
  return step_of(list, attempt);
}

constexpr Schedule all[] = {
    {"partysocket 1.3.0", partysocket, seconds(4)},
    {"reconnecting-websocket 4.4.0", reconnecting_websocket, seconds(4)},
    {"phoenix 1.8.16", phoenix},
    {"@supabase/realtime-js 2.109.0", supabase},
    {"@liveblocks/core 3.24.2", liveblocks, seconds(20)},
    {"ably 2.28.0", ably, seconds(10)},
    {"socket.io-client 4.8.4", socket_io, seconds(20)},
    {"@rails/actioncable 8.1.400", actioncable, {}, true},
    {"centrifuge 5.8.0", centrifuge, seconds(5)},
    {"convex 1.48.0", convex},
    {"graphql-ws 6.4.2", graphql_ws},
    {"@microsoft/signalr 10.0.11", signalr},
};

}  // namespace

std::span<const Schedule> schedules() { return all; }

}  // namespace keepline::sim::herd
