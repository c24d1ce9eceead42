// The parts by themselves: the command line, the events' order, a node, and the sums.
#include <doctest/doctest.h>

#include <initializer_list>
#include <string>
#include <vector>

#include "event_queue.hpp"
#include "node.hpp"
#include "settings.hpp"
#include "tally.hpp"

using namespace keepline::sim::herd;

namespace {

Request asked(std::initializer_list<std::string> words) {
  std::vector<std::string> texts{"keepline_herd"};
  texts.insert(texts.end(), words);
  std::vector<char*> pointers;
  pointers.reserve(texts.size());
  for (std::string& text : texts) pointers.push_back(text.data());
  return read_request(static_cast<int>(pointers.size()), pointers.data());
}

}  // namespace

TEST_SUITE("herd: the command line") {
  TEST_CASE("what is given counts, and the rest is the default") {
    const Request request = asked({"--clients", "25000", "--down-s", "60,90", "--dead", "silent"});
    CHECK(request.complaint.empty());
    CHECK(request.settings.client_count() == 25000);
    CHECK(request.settings.node_count() == 3);
    CHECK(request.settings.office_count() == 2500);
    CHECK(request.settings.down_s == std::vector<double>{60, 90});
    CHECK(request.settings.dead == Dead::silent);
    CHECK(request.settings.accepts == 1000);
    CHECK(request.stories.size() == 6);
  }

  TEST_CASE("what is no value of an option is refused in a sentence that says what is") {
    CHECK(asked({"--clients", "0"}).complaint ==
          "--clients takes a whole number from 1 to 1000000, and not \"0\".");
    CHECK(asked({"--clients", "1.5"}).complaint.find("a whole number") != std::string::npos);
    for (const char* bad :
         {"", " 5", "x", "1x", "0x10", "-1", "nan", "inf", "1e9", "1e999", "1e"}) {
      CAPTURE(bad);
      CHECK(asked({"--accepts", bad}).complaint.starts_with("--accepts takes a number from 1 to"));
    }
    for (const char* bad : {"", ",", "60,", "0", "60,x", "601"}) {
      CAPTURE(bad);
      CHECK(asked({"--down-s", bad}).complaint.starts_with("--down-s takes seconds from"));
    }
    CHECK(asked({"--dead", "alive"}).complaint.starts_with("--dead takes"));
    CHECK(asked({"--log", "gone"}).complaint.starts_with("--log takes \"kept\" or \"lost\""));
    CHECK(asked({"--log", "lost"}).settings.is_log_lost);
    CHECK(asked({"--scenario", "flood"}).complaint.starts_with("--scenario takes"));
  }

  TEST_CASE("what is no option, or has no value, is named") {
    CHECK(asked({"--clinets", "5"}).complaint.starts_with("\"--clinets\" is no option"));
    CHECK(
        asked({"--clients"}).complaint.starts_with("\"--clients\" is no option, or has no value"));
  }

  TEST_CASE("what does not go together is refused") {
    CHECK(asked({"--clients", "10", "--office-clients", "11"}).complaint.find("no more than all") !=
          std::string::npos);
    CHECK(asked({"--wait-ms", "2000", "--wait-max-ms", "1000"}).complaint.find("the longest") !=
          std::string::npos);
    CHECK(asked({"--nodes", "2", "--down-s", "1,2,3"}).complaint.find("see --nodes") !=
          std::string::npos);
  }

  TEST_CASE("the figures of the docs are of the defaults, whatever else is asked for") {
    CHECK(asked({"--check", "."}).complaint.empty());
    CHECK(asked({"--publish", ".", "--clients", "5"}).complaint.find("stand alone") !=
          std::string::npos);
  }

  TEST_CASE("the help names every option with its default") {
    const std::string help = help_text();
    for (const char* line :
         {"--clients             10000", "--down-s                 60",
          "--dead              refuses", "--json", "--svg", "--publish", "--check"}) {
      CAPTURE(line);
      CHECK(help.find(line) != std::string::npos);
    }
  }
}

TEST_SUITE("herd: the parts") {
  TEST_CASE("events come in time, and at one moment as they were planned") {
    EventQueue queue;
    for (const double at : {5.0, 1.0, 5.0, 3.0}) {
      queue.add({.at = at, .client = static_cast<std::uint32_t>(queue.is_empty() ? 0 : 1)});
    }
    std::vector<double> order;
    std::vector<std::uint32_t> clients;
    while (!queue.is_empty()) {
      const Event event = queue.take();
      order.push_back(event.at);
      clients.push_back(event.client);
    }
    CHECK(order == std::vector<double>{1, 3, 5, 5});
    CHECK(clients == std::vector<std::uint32_t>{1, 1, 0, 1});
  }

  TEST_CASE("a node takes one dial after the other and drops what its backlog cannot hold") {
    Node node;
    CHECK(node.knock({1, 1}, 2));
    CHECK(node.begins_to_take());
    CHECK_FALSE(node.begins_to_take());
    CHECK(node.knock({2, 1}, 2));
    CHECK_FALSE(node.knock({3, 1}, 2));
    CHECK(node.dropped == 1);
    CHECK(node.backlog_most == 2);
    CHECK(node.taken().client == 1);
    CHECK(node.begins_to_take());
    CHECK(node.taken().client == 2);
    CHECK_FALSE(node.begins_to_take());
  }

  TEST_CASE("a node that died has nothing left, and what it was doing is another life's") {
    Node node;
    node.knock({1, 1}, 2);
    node.jobs.push_back({});
    node.begins_to_take();
    node.begins_to_work();
    const auto life = node.life;
    node.die();
    CHECK_FALSE(node.is_up);
    CHECK(node.life != life);
    CHECK_FALSE(node.begins_to_take());
    CHECK_FALSE(node.begins_to_work());
  }

  TEST_CASE("the worst window is any hundred milliseconds, wherever they begin") {
    const std::vector<Moment> times{0, 40, 99, 139.9, 140, 500};
    CHECK(worst_window(times, 0, 1000) == 3);
    CHECK(worst_window({90, 95, 105, 110}, 0, 1000) == 4);
    CHECK(worst_window({0, 100}, 0, 1000) == 1);
    CHECK(worst_window(times, 200, 400) == 0);
    CHECK(worst_window(times, 500, 1000) == 1);
    CHECK(worst_window({}, 0, 1000) == 0);
  }

  TEST_CASE("quantiles are times that somebody had") {
    std::vector<Moment> samples;
    for (int ms = 100; ms >= 1; --ms) samples.push_back(ms);
    const Quantiles quantiles = quantiles_of(samples);
    CHECK(quantiles.count == 100);
    CHECK(quantiles.p50 == 50);
    CHECK(quantiles.p95 == 95);
    CHECK(quantiles.most == 100);
    CHECK(quantiles_of({7}).p50 == 7);
    CHECK(quantiles_of({}).count == 0);
  }
}
