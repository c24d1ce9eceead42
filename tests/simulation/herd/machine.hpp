// A client that is the real machine, with an application behind it that fetches a snapshot where it
// is told of a gap.
#pragma once

#include <string>

#include "client.hpp"
#include "connection.hpp"

namespace keepline::sim::herd {

class Machine final : public Client {
 public:
  Machine(Wire& wire, std::uint32_t number, const Options& options, std::uint64_t seed);
  // A page that has signed in, with the defaults that every page has.
  static Options default_options();

  void begin(Moment now) override;
  void opened(Moment now, std::uint32_t dial, const Log& log) override;
  void told(Moment now, std::uint32_t dial, const Word& word, double spread_ms) override;
  void reached(Moment now, std::uint32_t dial, const Log& log) override;
  void closed(Moment now, std::uint32_t dial, std::uint16_t code, std::string_view reason) override;
  void leaving(Moment now, std::uint32_t dial, double after_ms, double spread_ms) override;
  void signal(Moment now, PageSignal signal) override;
  void wake(Moment now) override;
  std::optional<Moment> next_wake() const override;
  bool is_usable() const override { return core_.status().phase == Phase::ready; }
  bool is_live() const override;

  const Connection& core() const { return core_; }

 private:
  void hear(Moment now, std::uint32_t dial, const std::string& text);
  // Carries out what the core wants done.
  void drain(Moment now);
  void carry_out(Moment now, const Output& output);
  bool answer(Moment now);
  void send(const SendFrame& frame);

  Wire& wire_;
  Connection core_;
  Random chance_;
  std::uint32_t number_;
  TokenRequestId asked_;  // to be answered when all outputs are carried out
  SocketId measured_;
  std::optional<Moment> fetches_at_;
  bool awaits_snapshot_ = false;
};

}  // namespace keepline::sim::herd
