// keepline_herd [--help] …: how a herd of real machines comes back, and how other clients would.
#include <chrono>
#include <cstdio>
#include <fstream>

#include "report.hpp"

namespace {

bool write(const std::string& file, const std::string& text) {
  if (file.empty()) return true;
  std::ofstream out(file, std::ios::binary);
  out << text;
  if (out.flush()) return true;
  std::fprintf(stderr, "keepline_herd: %s cannot be written\n", file.c_str());
  return false;
}

}  // namespace

int main(int argc, char** argv) {
  using namespace keepline::sim::herd;
  const Request request = read_request(argc, argv);
  if (request.help) {
    std::fputs(help_text().c_str(), stdout);
    return 0;
  }
  if (!request.complaint.empty()) {
    std::fprintf(stderr, "keepline_herd: %s\n", request.complaint.c_str());
    return 2;
  }
  const auto began = std::chrono::steady_clock::now();
  const std::vector<Run> runs = run_all(request);
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - began;
  std::fputs(table_of(runs).c_str(), stdout);
  std::printf("%s s, at most %s MB\n", decimals(took.count(), 1).c_str(),
              decimals(static_cast<double>(memory_used()) / 1e6, 0).c_str());
  const bool json = write(request.json, json_of(request.settings, runs));
  const bool svg = write(request.svg, picture_of(runs));
  return json && svg ? 0 : 1;
}
