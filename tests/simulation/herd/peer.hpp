// A client that follows a schedule, and knows nothing but dials and waits.
#pragma once

#include <optional>

#include "client.hpp"
#include "schedules.hpp"

namespace keepline::sim::herd {

class Peer final : public Client {
 public:
  Peer(Wire& wire, std::uint32_t number, const Schedule& schedule, std::uint64_t seed);

  void begin(Moment now) override;
  void opened(Moment now, std::uint32_t dial, const Log& log) override;
  void told(Moment, std::uint32_t, const Word&, double) override {}
  void reached(Moment, std::uint32_t, const Log&) override {}
  void closed(Moment now, std::uint32_t dial, std::uint16_t code, std::string_view reason) override;
  void leaving(Moment, std::uint32_t, double, double) override {}
  void signal(Moment, PageSignal) override {}
  void wake(Moment now) override;
  std::optional<Moment> next_wake() const override { return due_; }
  bool is_usable() const override { return is_open_; }
  bool is_live() const override { return is_open_; }

 private:
  void dial(Moment now);
  void wait(Moment now);

  Wire& wire_;
  const Schedule& schedule_;
  Random page_;
  Random fresh_;
  std::uint32_t number_;
  std::uint32_t dial_ = 0;
  int attempt_ = 0;
  Moment dialled_at_ = 0;
  // Of the next dial, or of the present one's end.
  std::optional<Moment> due_;
  bool is_dialling_ = false;
  bool is_open_ = false;
};

}  // namespace keepline::sim::herd
