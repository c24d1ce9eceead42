// A herd of clients before a few nodes, while a story happens: the clockwork, the network between,
// and what the nodes do. Everything is one event after the other, and the same seed gives the same
// run.
//
// A balancer sends each dial to the next node that is up. A dial takes three round trips: TCP, TLS,
// and the request with its answer. What is sent while an office's network is away is sent again, as
// TCP does, after twice the time each time.
#pragma once

#include <cstdint>
#include <functional>
#include <limits>
#include <memory>
#include <utility>
#include <vector>

#include "client.hpp"
#include "node.hpp"
#include "random.hpp"
#include "settings.hpp"
#include "story.hpp"
#include "tally.hpp"

namespace keepline::sim::herd {

class Herd final : public Wire {
 public:
  using Maker = std::function<std::unique_ptr<Client>(Wire&, std::uint32_t)>;
  Herd(const Settings& settings, Story story, const Maker& make);

  // To the end of the story, and until everybody is back or has given up; once.
  void run();
  Tally take_tally() { return std::move(tally_); }

  void dial(std::uint32_t client, std::uint32_t dial) override;
  void hang_up(std::uint32_t client, std::uint32_t dial) override;
  void say(std::uint32_t client, Word word) override;
  void give_up(std::uint32_t client) override;

 private:
  enum class Stage : std::uint8_t { none, offline, calling, waiting, open };
  // The present dial of a client, or the link that it became.
  struct Line {
    Moment one_way = 0;
    Moment wakes_at = std::numeric_limits<Moment>::infinity();
    Moment lost_at = 0;
    Moment missing_since = 0;
    std::uint64_t began = 0;  // the place of its greeting
    std::uint32_t dial = 0;
    std::uint32_t node = 0;
    std::uint32_t life = 0;  // of the node
    Stage stage = Stage::none;
    bool is_usable = false;
    bool is_live = false;
  };

  // herd.cpp: time, and the clients.
  void gather();
  void happen(const Event& event);
  void tell_client(const Event& event);
  void break_line(std::uint32_t client, std::uint32_t dial);
  void send_away(std::uint32_t client, std::uint32_t dial);
  void look_at(std::uint32_t client);
  void arm(std::uint32_t client);
  bool is_over() const;
  void close_books();
  Log log_at(Moment now) const;
  bool is_present(const Event& event) const;
  Moment arrival(std::uint32_t client) const;

  // herd_nodes.cpp: the balancer, the nodes, and what the story does to them.
  void play(const Step& step);
  void kill(std::uint32_t node);
  void drain(std::uint32_t node);
  void restart_log();
  Node* next_node();
  void arrive(const Event& event);
  void call_again(Event event);
  void begin_to_take(Node& node);
  void take(std::uint32_t node);
  void work(std::uint32_t node);
  void begin_work(Node& node);
  double cost_of(const Job& job) const;
  void hear(const Event& event);
  void fetch(const Event& event);
  void do_job(const Job& job);
  std::uint32_t number_of(const Node& node) const;
  bool holds(const Line& line) const;

  Settings settings_;
  Story story_;
  Random chance_;
  Tally tally_;
  EventQueue events_;
  Moment now_ = 0;
  std::vector<Line> lines_;
  std::vector<std::unique_ptr<Client>> clients_;
  std::vector<Node> nodes_;
  std::size_t next_node_ = 0;
  std::uint32_t log_epoch_ = 1;
  Moment log_began_ = 0;
  std::size_t live_ = 0;
};

}  // namespace keepline::sim::herd
