// What a run of the herd is about: every parameter with its default, its range and its meaning.
//
// One table, which the command line is read by and `--help` is made from. It simulates nothing.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "options.hpp"

namespace keepline::sim::herd {

enum class StoryKind : std::uint8_t {
  outage,         // every node dies at once, and nobody is told when it will be back
  stop,           // every node stops at once, and says how far to spread
  deploy,         // one node after the other sends its clients away, with a hint
  redis,          // the log begins anew: a gap for all
  office_told,    // an office's network fails; its machines notice, and say so to the pages
  office_silent,  // and nobody notices
};

enum class Dead : std::uint8_t { refuses, silent };

struct Settings {
  double clients = 10000;
  double seed = 1;
  double nodes = 0;  // 0: by the number of clients

  // One node.
  double accepts = 1000;  // dials a second
  double backlog = 4096;  // dials
  double token_ms = 0.5;
  double resume_ms = 0.1;
  double event_ms = 0.001;
  double fetch_ms = 0.5;

  // The network.
  double latency_ms = 20;
  double latency_more_ms = 60;

  // What the machines are told: the core's own defaults.
  double wait_ms = BackoffOptions{}.initial.count();
  double wait_max_ms = BackoffOptions{}.max.count();
  double jitter = BackoffOptions{}.jitter;

  // What the applications do, and what they know of the server.
  double events = 0.2;  // a second, for each client
  double heartbeat_ms = 0;

  // outage
  std::vector<double> down_s{60};  // of each node; of those that come after it the last counts
  Dead dead = Dead::refuses;
  bool is_log_lost = false;  // and whoever resumes has a gap
  // deploy
  double drain_ms = 5000;
  double hint_after_ms = 500;
  double hint_spread_ms = 5000;
  double restart_s = 10;
  // redis
  double gap_spread_ms = 8000;
  // office
  double office_clients = 0;  // 0: a tenth
  double office_s = 45;

  double limit_s = 900;

  std::size_t client_count() const { return static_cast<std::size_t>(clients); }
  std::size_t node_count() const;
  std::size_t office_count() const;
};

// What the command line asks for.
struct Request {
  Settings settings;
  std::vector<StoryKind> stories;  // none where only help is asked for
  bool with_peers = true;
  std::string json;  // files; empty: none
  std::string svg;
  std::string publish;  // a project's root
  std::string check;
  bool help = false;
  std::string complaint;  // a sentence where the request is none
};

// A machine takes 12 KB: of more of them a mistake is likelier than a memory.
inline constexpr double clients_max = 1000000;
inline constexpr double clients_a_node = 10000;
inline constexpr std::size_t nodes_min = 2;  // or there is nothing to roll a deploy over

Request read_request(int argc, char** argv);
std::string help_text();
// Every parameter, under its option's name.
std::string settings_json(const Settings& settings);

}  // namespace keepline::sim::herd
