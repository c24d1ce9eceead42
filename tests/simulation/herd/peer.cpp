#include "peer.hpp"

#include <algorithm>

namespace keepline::sim::herd {

Peer::Peer(Wire& wire, std::uint32_t number, const Schedule& schedule, std::uint64_t seed)
    : wire_(wire), schedule_(schedule), page_(seed), fresh_(~seed), number_(number) {}

void Peer::begin(Moment now) { dial(now); }

void Peer::dial(Moment now) {
  is_dialling_ = true;
  dialled_at_ = now;
  due_.reset();
  if (schedule_.patience > Duration{0}) due_ = now + schedule_.patience.count();
  wire_.dial(number_, ++dial_);
}

void Peer::opened(Moment, std::uint32_t, const Log&) {
  is_dialling_ = false;
  is_open_ = true;
  attempt_ = 0;
  due_.reset();
}

void Peer::closed(Moment now, std::uint32_t, std::uint16_t, std::string_view) { wait(now); }

void Peer::wake(Moment now) {
  if (!due_ || now < *due_) return;
  if (!is_dialling_) {
    dial(now);
    return;
  }
  wire_.hang_up(number_, dial_);
  wait(now);
}

void Peer::wait(Moment now) {
  const bool counts_from_dial = schedule_.from_dial && is_dialling_;
  is_dialling_ = false;
  is_open_ = false;
  due_.reset();
  const auto wait = schedule_.wait(++attempt_, page_, fresh_);
  if (!wait) {
    wire_.give_up(number_);
    return;
  }
  due_ = std::max(now, (counts_from_dial ? dialled_at_ : now) + wait->count());
}

}  // namespace keepline::sim::herd
