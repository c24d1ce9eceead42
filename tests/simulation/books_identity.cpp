// The books on people: who the application says is signed in, who the server says that a link is
// for, and that nobody's messages and events end up with somebody else.
#include "books.hpp"

namespace keepline::sim {

void Books::note_identity(const Identity& identity) {
  step_.new_identity = identity_ != std::optional<Identity>{identity};
  const Phase phase = away_ ? away_->phase : status_.phase;
  const bool retries = identity && (phase == Phase::idle || phase == Phase::refused);
  if (!step_.new_identity && !retries) return;
  if (step_.new_identity) {
    identity_ = identity;
    owes_identity_change_ = true;
    forget_former_person();
  }
  if (identity || phase != Phase::closed) begin_anew();
}

// As the application starts, and told to nobody.
void Books::note_adopted(const Identity& identity, const Connection& connection) {
  identity_ = identity;
  status_ = connection.status();
  ended_status_ = status_;
}

// Tenant and user of a `connected`: another one than the last is a new identity.
void Books::note_greeting(const ControlData& data, const Connection& connection) {
  if (!live_) return;
  const bool connected = data.has_string(Member::connection_id);
  // Another protocol's word for it does where this server has never said it in ours.
  live_->greeted = live_->greeted || connected || !greets_;
  if (!connected) return;
  greets_ = true;
  live_->can_reauth = data.features().have(Feature::reauth);
  if (!live_->can_reauth) live_->renewal_due.reset();
  plan_renewal(data.duration(Member::token_expires_in), connection);
  std::string identity = data.text(Member::tenant_id) + "\n" + data.text(Member::user_id);
  if (identity.size() == 1) return;
  if (link_identity_ && *link_identity_ != identity) {
    owes_identity_change_ = true;
    forget_former_person();
  }
  link_identity_ = std::move(identity);
}

void Books::forget_former_person() {
  foreign_until_ = last_numbered_;
  link_identity_.reset();
}

void Books::note_identity_changed() {
  if (!unsettled_.empty()) {
    complain(Invariant::no_stray_event, "a message of the older identity outlives it");
  }
  ++identities_;
  owes_identity_change_ = false;
}

void Books::check_nobody(std::string_view what) {
  if (is_nobody()) complain(Invariant::nobody_asked, what);
}

// Until a server that greets has greeted, nobody knows whose link it is.
void Books::check_owner(std::string_view what, const Connection& connection) {
  const bool owed = greets_ || connection.options().require_connected;
  if (owed && live_ && !live_->greeted) complain(Invariant::own_link, what);
}

void Books::check_identity(const Connection& connection) {
  if (owes_identity_change_) {
    complain(Invariant::no_stray_event, "the identity changed and nobody was told");
    owes_identity_change_ = false;
  }
  if (step_.new_identity && live_ && live_->socket <= step_.last_socket) {
    complain(Invariant::no_stray_event, "a link of the older identity lives on");
  }
  if (status_.phase == Phase::ready) {
    check_owner("a link counts as usable before the greeting that this server owes", connection);
  }
  if (!is_nobody()) return;
  if (live_ || pending_) check_nobody("something runs for nobody");
  const bool rests = status_.phase == Phase::idle || status_.phase == Phase::closed ||
                     status_.phase == Phase::paused;
  if (!rests) check_nobody("nobody is signed in, and the machine does not rest");
  if (status_.phase == Phase::idle && status_.reason != Reason::signed_out) {
    check_nobody("nobody is signed in, and the status does not say so");
  }
}

}  // namespace keepline::sim
