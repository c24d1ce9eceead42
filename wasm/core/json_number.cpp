#include "json_number.hpp"

#include <array>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <limits>

namespace keepline {
namespace {

constexpr std::size_t powers_exact =
    23;  // 10^0 to 10^22: powers of ten that a double holds exactly
constexpr double largest_power = 1e22;
constexpr std::uint64_t integer_exact_max = std::uint64_t{1} << 53;
constexpr std::uint64_t infinity_bits = 0x7FF0000000000000;
constexpr double infinity = std::numeric_limits<double>::infinity();
// Times an integer of 64 bits that is not 0: past these every number is infinite or nearest to 0.
constexpr int exponent_max = 309;
constexpr int exponent_min = -345;
// No point halfway between two doubles has more digits: what follows these only breaks a tie.
constexpr int digits_max = 768;

// Hands the digits before the exponent to `take`, which says whether it kept one; returns the power
// of ten that belongs to the integer that the kept ones are.
template <class Take>
int read_digits(std::string_view number, Take take) {
  int exponent = 0;
  bool fraction = false;
  std::size_t at = 0;
  for (; at < number.size() && (number[at] | 0x20) != 'e'; ++at) {
    if (number[at] == '.') {
      fraction = true;
      continue;
    }
    if (!take(static_cast<unsigned>(number[at] - '0'))) ++exponent;
    if (fraction) --exponent;
  }
  if (at == number.size()) return exponent;
  ++at;  // e or E
  const bool negative = number[at] == '-';
  if (negative || number[at] == '+') ++at;
  int written = 0;
  constexpr int more = 99999999;  // far past every double, and no text is as long
  for (; at < number.size() && written <= more; ++at) written = written * 10 + (number[at] - '0');
  return exponent + (negative ? -written : written);
}

// As many digits as fit 64 bits.
struct Head {
  std::uint64_t digits = 0;
  int exponent = 0;
  bool whole = true;  // nothing but zeros was left out
};

Head read_head(std::string_view number) {
  constexpr std::uint64_t room_max = (std::numeric_limits<std::uint64_t>::max() - 9) / 10;
  Head head;
  head.exponent = read_digits(number, [&head](unsigned digit) {
    if (head.digits > room_max) {
      if (digit != 0) head.whole = false;
      return false;
    }
    head.digits = head.digits * 10 + digit;
    return true;
  });
  return head;
}

double power_of_ten(int exponent) {
  constexpr std::array<double, powers_exact> powers = {
      1e0,  1e1,  1e2,  1e3,  1e4,  1e5,  1e6,  1e7,  1e8,  1e9,  1e10, 1e11,
      1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22};
  return powers[static_cast<std::size_t>(exponent)];
}

// Within a few neighbours of the nearest double.
double approximate(const Head& head) {
  constexpr int step = powers_exact - 1;
  auto value = static_cast<double>(head.digits);
  int exponent = head.exponent;
  for (; exponent > step; exponent -= step) value *= largest_power;
  for (; exponent < -step; exponent += step) value /= largest_power;
  return exponent < 0 ? value / power_of_ten(-exponent) : value * power_of_ten(exponent);
}

// `power` is the highest power of `value` that fits 32 bits, and `step` its exponent.
struct Base {
  std::uint32_t value;
  std::uint32_t power;
  int step;
};
constexpr Base two{2, std::uint32_t{1} << 31, 31};
constexpr Base ten{10, 1000000000, 9};

// An integer >= 0 of at most 4096 bits: 770 digits times the powers that comparing them takes.
class Natural {
 public:
  explicit Natural(std::uint64_t value = 0) {
    for (; value != 0; value >>= 32) limbs_[size_++] = static_cast<std::uint32_t>(value);
  }

  void multiply_add(std::uint32_t factor, std::uint32_t summand) {
    std::uint64_t carry = summand;
    for (std::size_t i = 0; i < size_; ++i, carry >>= 32) {
      carry += std::uint64_t{limbs_[i]} * factor;
      limbs_[i] = static_cast<std::uint32_t>(carry);
    }
    if (carry != 0) limbs_[size_++] = static_cast<std::uint32_t>(carry);
  }

  void multiply_power(const Base& base, int exponent) {
    for (; exponent >= base.step; exponent -= base.step) multiply_add(base.power, 0);
    for (; exponent > 0; --exponent) multiply_add(base.value, 0);
  }

  // Below, at or above 0: how this compares with the other.
  int compare(const Natural& other) const {
    if (size_ != other.size_) return size_ < other.size_ ? -1 : 1;
    for (std::size_t i = size_; i-- > 0;) {
      if (limbs_[i] != other.limbs_[i]) return limbs_[i] < other.limbs_[i] ? -1 : 1;
    }
    return 0;
  }

 private:
  std::array<std::uint32_t, 128> limbs_{};
  std::size_t size_ = 0;
};

// A number exactly, as far as its digits can matter: digits * 10^exponent.
struct Decimal {
  Natural digits;
  int exponent = 0;
};

Decimal read_decimal(std::string_view number) {
  Decimal out;
  int count = 0;
  bool rest = false;
  out.exponent = read_digits(number, [&](unsigned digit) {
    if (count == digits_max) {
      rest = rest || digit != 0;
      return false;
    }
    out.digits.multiply_add(10, digit);
    if (count > 0 || digit > 0) ++count;
    return true;
  });
  if (rest) {
    out.digits.multiply_add(10, 1);
    --out.exponent;
  }
  return out;
}

// std::bit_cast, which not every libc++ has yet.
template <class To, class From>
To reinterpret(From value) {
  static_assert(sizeof(To) == sizeof(From));
  To out;
  std::memcpy(&out, &value, sizeof(To));
  return out;
}

// How the number compares with the point halfway between the double of these bits and the next.
int compare_with_half(const Decimal& number, std::uint64_t bits) {
  constexpr std::uint64_t hidden_bit = std::uint64_t{1} << 52;
  const auto field = static_cast<int>(bits >> 52);
  const std::uint64_t fraction = bits & (hidden_bit - 1);
  const std::uint64_t mantissa = field == 0 ? fraction : fraction | hidden_bit;
  const int exponent = (field == 0 ? 1 : field) - 1075 - 1;
  Natural left = number.digits;
  Natural right(mantissa * 2 + 1);
  (number.exponent < 0 ? right : left).multiply_power(ten, std::abs(number.exponent));
  (exponent < 0 ? left : right).multiply_power(two, std::abs(exponent));
  return left.compare(right);
}

// Doubles >= 0 are ordered as their bits are: from one nearby, step by step, to the nearest; of two
// that are as near, to the even one.
double settle(const Decimal& number, double nearby) {
  auto bits = reinterpret<std::uint64_t>(nearby);
  if (bits >= infinity_bits) bits = infinity_bits - 1;
  const auto odd = [](std::uint64_t value) { return static_cast<int>(value & 1); };
  while (bits < infinity_bits && compare_with_half(number, bits) + odd(bits) > 0) ++bits;
  while (bits > 0 && compare_with_half(number, bits - 1) - odd(bits) < 0) --bits;
  return reinterpret<double>(bits);
}

double from_head(const Head& head) {
  if (head.digits == 0 || head.exponent < exponent_min) return 0;
  return head.exponent > exponent_max ? infinity : approximate(head);
}

double nearest(std::string_view number) {
  const Head head = read_head(number);
  const double value = from_head(head);
  const bool certain = head.digits == 0 || head.exponent < exponent_min;
  if (certain || head.exponent > exponent_max) return value;
  // Both operands exact, so one rounding, so the nearest double (W. D. Clinger, "How to Read
  // Floating-Point Numbers Accurately", PLDI 1990). Every seq and ts in practice ends here.
  const bool one_rounding = std::abs(head.exponent) < static_cast<int>(powers_exact);
  if (head.whole && head.digits <= integer_exact_max && one_rounding) return value;
  return settle(read_decimal(number), value);
}

template <class Read>
std::optional<double> read_signed(std::string_view number, Read read) {
  const bool negative = number[0] == '-';
  const double value = read(number.substr(negative ? 1 : 0));
  if (value == infinity) return std::nullopt;
  return negative ? -value : value;
}

}  // namespace

std::optional<double> read_number(std::string_view number) { return read_signed(number, nearest); }

std::optional<double> read_number_nearly(std::string_view number) {
  return read_signed(number, [](std::string_view digits) { return from_head(read_head(digits)); });
}

}  // namespace keepline
