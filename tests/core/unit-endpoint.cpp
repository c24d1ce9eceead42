// Where the connection goes: only where the page's author meant it to go, and never in the open.
#include <doctest/doctest.h>

#include <string>
#include <vector>

#include "endpoint.hpp"
#include "vectors.hpp"

using namespace keepline;

namespace {

using Resolved = std::variant<Endpoint, ConnectionError>;

constexpr std::string_view secure_page = "https://crm.example.com/";
constexpr std::string_view plain_page = "http://localhost:5000/";

Resolved by_path(std::string_view page, std::string_view path = "/ws", bool insecure = false) {
  return resolve_endpoint({page, path, std::nullopt, insecure});
}

Resolved by_url(std::string_view page, std::string_view url, bool insecure = false) {
  return resolve_endpoint({page, "/ws", url, insecure});
}

// The URL that is dialled, or the kind of the error and its detail.
std::string outcome(const Resolved& resolved) {
  if (const auto* endpoint = std::get_if<Endpoint>(&resolved)) return endpoint->url;
  const auto& error = std::get<ConnectionError>(resolved);
  return std::string(to_string(error.kind)) + " | " + error.detail;
}

std::string kind(const Resolved& resolved) {
  const auto* error = std::get_if<ConnectionError>(&resolved);
  return error == nullptr ? "accepted" : std::string(to_string(error->kind));
}

std::string environment(const Resolved& resolved) {
  const auto* endpoint = std::get_if<Endpoint>(&resolved);
  return endpoint == nullptr ? outcome(resolved) : std::string(to_string(endpoint->environment));
}

std::string environment_of_host(std::string_view host) {
  return environment(by_url(plain_page, "wss://" + std::string(host) + "/ws"));
}

}  // namespace

TEST_SUITE("endpoint") {
  TEST_CASE("every case of the specification") {
    for (const auto& vector : test::vectors("endpoint.json")) {
      CAPTURE(vector.dump());
      const auto& options = vector["options"];
      const auto page = vector["page"].get<std::string>();
      const std::string path = options.value("path", "/ws");
      const std::string url = options.value("url", "");
      EndpointRequest request{page, path, std::nullopt, options.value("allowInsecure", false)};
      if (options.contains("url")) request.url = url;
      const Resolved got = resolve_endpoint(request);
      CAPTURE(outcome(got));
      if (vector.contains("error")) {
        CHECK(kind(got) == vector["error"].get<std::string>());
      } else {
        CHECK(outcome(got) == vector["url"].get<std::string>());
        CHECK(environment(got) == vector["environment"].get<std::string>());
      }
    }
  }

  TEST_CASE("the query is dialled but not shown") {
    const Resolved got = by_url(secure_page, "wss://rt.example.com/ws?room=secret&x=/y?z");
    REQUIRE(std::holds_alternative<Endpoint>(got));
    CHECK(std::get<Endpoint>(got).url == "wss://rt.example.com/ws?room=secret&x=/y?z");
    CHECK(std::get<Endpoint>(got).shown == "wss://rt.example.com/ws");
    CHECK(outcome(by_path(secure_page, "/ws?v=2")) == "wss://crm.example.com/ws?v=2");
  }

  TEST_CASE("an absolute url without a path gets the root, as browsers have it") {
    CHECK(outcome(by_url(secure_page, "wss://rt.example.com")) == "wss://rt.example.com/");
    CHECK(outcome(by_url(secure_page, "wss://rt.example.com?v=2")) == "wss://rt.example.com/?v=2");
    CHECK(outcome(by_url(secure_page, "wss://rt.example.com:444")) == "wss://rt.example.com:444/");
  }

  TEST_CASE("where a url is given, the path does not count") {
    CHECK(outcome(resolve_endpoint({secure_page, "nonsense \\", "wss://rt.example.com/a",
                                    false})) == "wss://rt.example.com/a");
  }

  TEST_CASE("default ports are not printed, those of the other scheme are") {
    CHECK(outcome(by_url(secure_page, "wss://h.example:443/")) == "wss://h.example/");
    CHECK(outcome(by_url(secure_page, "https://h.example:80/")) == "wss://h.example:80/");
    CHECK(outcome(by_url(plain_page, "http://localhost:80/")) == "ws://localhost/");
    CHECK(outcome(by_url(plain_page, "ws://localhost:443/")) == "ws://localhost:443/");
  }

  TEST_CASE("a port is a number from 1 to 65535; zeros before it do not count") {
    CHECK(outcome(by_url(secure_page, "wss://h.example:1/")) == "wss://h.example:1/");
    CHECK(outcome(by_url(secure_page, "wss://h.example:65535/")) == "wss://h.example:65535/");
    CHECK(outcome(by_url(secure_page, "wss://h.example:000443/")) == "wss://h.example/");
    CHECK(outcome(by_url(secure_page, "wss://h.example:08443/")) == "wss://h.example:8443/");
    for (const std::string_view port : {"", "0", "000", "65536", "99999", "4294967297", "-1", "+1",
                                        "1a", "1:2", "18446744073709551617"}) {
      CAPTURE(std::string(port));
      CHECK(kind(by_url(secure_page, "wss://h.example:" + std::string(port) + "/")) ==
            "endpoint_invalid");
    }
  }

  TEST_CASE("schemes and hosts are taken in any case and printed in lower case, paths are kept") {
    CHECK(outcome(by_url(secure_page, "WSS://RT.Example.COM/Ws?V=A")) ==
          "wss://rt.example.com/Ws?V=A");
    CHECK(outcome(by_path("HTTPS://CRM.EXAMPLE.COM/App")) == "wss://crm.example.com/ws");
    CHECK(outcome(by_url(plain_page, "wss://[2001:DB8::A]/")) == "wss://[2001:db8::a]/");
  }

  TEST_CASE("a url names one of four schemes and two slashes") {
    for (const std::string_view url :
         {"wss:/h.example/ws", "wss:h.example/ws", "://h.example/", "h.example/ws", "wss", "ws//h/",
          "ws+unix://h.example/", "data:text/plain,x", "blob:https://h.example/x", " wss://h/",
          "wss:\\\\h.example\\ws", "", "?v=2"}) {
      CAPTURE(std::string(url));
      CHECK(kind(by_url(secure_page, url)) == "endpoint_invalid");
    }
  }

  TEST_CASE("no backslash, control, space, non-ASCII, percent, at or fragment anywhere") {
    const std::vector<std::string> bad = {"\\",   "\t",       "\n",  "\r", std::string(1, '\0'),
                                          "\x1F", "\x7F",     " ",   "%",  "@",
                                          "#",    "\xC3\xA9", "\xFF"};
    for (const std::string& mark : bad) {
      CAPTURE(static_cast<int>(mark[0]));
      for (const std::string& place : {"/a" + mark + "b", "/a?b=" + mark, "/a" + mark}) {
        CHECK(kind(by_path(secure_page, place)) == "endpoint_invalid");
        CHECK(kind(by_url(secure_page, place)) == "endpoint_invalid");
        CHECK(kind(by_url(secure_page, "wss://rt.example.com" + place)) == "endpoint_invalid");
      }
      CHECK(kind(by_url(secure_page, "wss://rt" + mark + ".example.com/")) == "endpoint_invalid");
      CHECK(kind(by_url(secure_page, "wss://rt.example.com:44" + mark + "3/")) ==
            "endpoint_invalid");
    }
  }

  TEST_CASE("a path begins with one slash and no more") {
    CHECK(outcome(by_path(secure_page, "/")) == "wss://crm.example.com/");
    CHECK(outcome(by_path(secure_page, "/a//b")) == "wss://crm.example.com/a//b");
    CHECK(kind(by_path(secure_page, "//")) == "endpoint_invalid");
    CHECK(kind(by_path(secure_page, "///x")) == "endpoint_invalid");
    CHECK(kind(by_path(secure_page, "wss://rt.example.com/")) == "endpoint_invalid");
  }

  TEST_CASE(
      "a host is made of letters, digits, dots, hyphens and underscores, and has no empty part") {
    CHECK(kind(by_url(secure_page, "wss://a-b_c.d1/")) == "accepted");
    for (const std::string_view host :
         {"",    ".",   "..",  ".a",  "a..b", "a...", "a,b",  "a;b", "a'b",
          "a*b", "a!b", "{a}", "a|b", "a^b",  "a`b",  "a\"b", "<a>", "a&b",
          "a=b", "a+b", "a$b", "a~b", "(a)",  ":443", "]",    "a]",  "a[b]"}) {
      CAPTURE(std::string(host));
      CHECK(kind(by_url(secure_page, "wss://" + std::string(host) + "/ws")) == "endpoint_invalid");
    }
  }

  TEST_CASE("every form of IPv6 keeps its brackets, and what is none is refused") {
    for (const std::string_view host :
         {"[::]", "[::1]", "[1::]", "[2001:db8::1]", "[1:2:3:4:5:6:7:8]", "[1:2:3:4:5:6:7::]",
          "[::2:3:4:5:6:7:8]", "[::ffff:127.0.0.1]", "[1:2:3:4:5:6:1.2.3.4]", "[fe80::1:0:ffff]"}) {
      CAPTURE(std::string(host));
      const std::string url = "wss://" + std::string(host) + ":8443/ws";
      CHECK(outcome(by_url(secure_page, url)) == url);
    }
    for (const std::string_view host : {"[]",
                                        "[:]",
                                        "[:::]",
                                        "[1]",
                                        "[1:2:3:4:5:6:7]",
                                        "[1:2:3:4:5:6:7:8:9]",
                                        "[1::2::3]",
                                        "[1:2:3:4:5:6:7:8::]",
                                        "[:1:2:3:4:5:6:7]",
                                        "[1:2:3:4:5:6:7:]",
                                        "[12345::]",
                                        "[g::1]",
                                        "[::1",
                                        "::1",
                                        "[::1]x",
                                        "[::1].com",
                                        "[[::1]]",
                                        "[::127.1]",
                                        "[::256.1.1.1]",
                                        "[::1.2.3.4:5]",
                                        "[1.2.3.4]",
                                        "[::01.2.3.4]",
                                        "[::1.2.3.4.5]",
                                        "[1.2.3.4::]"}) {
      CAPTURE(std::string(host));
      CHECK(kind(by_url(secure_page, "wss://" + std::string(host) + "/ws")) == "endpoint_invalid");
    }
  }

  TEST_CASE("the edges of the private ranges") {
    for (const std::string_view host :
         {"10.0.0.0", "10.255.255.255", "172.16.0.0", "172.31.255.255", "192.168.0.0",
          "192.168.255.255", "127.0.0.0", "127.255.255.255", "0.0.0.0"}) {
      CAPTURE(std::string(host));
      CHECK(environment_of_host(host) == "development");
    }
    for (const std::string_view host :
         {"9.255.255.255", "11.0.0.0", "172.15.255.255", "172.32.0.0", "192.167.255.255",
          "192.169.0.0", "126.255.255.255", "128.0.0.0", "0.0.0.1", "169.254.1.1", "100.64.0.1",
          "255.255.255.255"}) {
      CAPTURE(std::string(host));
      CHECK(environment_of_host(host) == "production");
    }
  }

  TEST_CASE("a number that a browser would turn into an address is not taken for that address") {
    // 127.0.0.1, 127.0.0.1, 127.0.0.1, 127.0.0.1, 8.0.0.1, 10.0.0.1: none is plainly so.
    for (const std::string_view host :
         {"127.1", "0x7f.1", "2130706433", "0x7f000001", "010.0.0.1", "012.0.0.1", "10.1", "0",
          "0x", "127.0.0.01", "0X7F.0.0.1"}) {
      CAPTURE(std::string(host));
      CHECK(environment_of_host(host) == "production");
      CHECK(kind(by_url(plain_page, "ws://" + std::string(host) + "/")) == "insecure_endpoint");
      CHECK(kind(by_url(secure_page, "ws://" + std::string(host) + "/", true)) ==
            "insecure_endpoint");
    }
  }

  TEST_CASE("a number that no browser can turn into an address is refused before it would throw") {
    for (const std::string_view host :
         {"256.0.0.1", "1.2.3.256", "1.2.3.4.5", "1.256.1.1", "4294967296", "1.16777216",
          "1.2.65536", "0x100000000", "08.0.0.1", "1.2.3.09", "a.1", "a.b.0x7f", "1.2.3.0xg1.4",
          "localhost.1", "99999999999999999999999"}) {
      CAPTURE(std::string(host));
      CHECK(outcome(by_url(secure_page, "wss://" + std::string(host) + "/")) ==
            "endpoint_invalid | url: host ends in a number but is no IPv4 address");
    }
    CHECK(environment_of_host("4294967295") == "production");
    CHECK(environment_of_host("1.2.65535") == "production");
    CHECK(environment_of_host("1.2.3.0xg") == "production");
    CHECK(environment_of_host("127.0.0.1.example") == "production");
    CHECK(environment_of_host("1a") == "production");
  }

  TEST_CASE("names are judged by whole labels, from the end") {
    for (const std::string_view host : {"localhost", "LOCALHOST", "a.localhost", "a.b.localhost",
                                        "printer.local", "a.b.local", "localhost.", "a.local."}) {
      CAPTURE(std::string(host));
      CHECK(environment_of_host(host) == "development");
    }
    for (const std::string_view host :
         {"x.replit.dev", "a.b.replit.dev", "x.repl.co", "X.REPL.CO.", "localhost.replit.dev"}) {
      CAPTURE(std::string(host));
      CHECK(environment_of_host(host) == "replit");
    }
    for (const std::string_view host :
         {"notlocalhost", "localhost.com", "local", "evil-local", "x.locals", "replit.dev",
          "repl.co", "xreplit.dev", "x.replit.app", "x.replit.dev.example", "10.0.0.1.example",
          "127.0.0.1.nip.io"}) {
      CAPTURE(std::string(host));
      CHECK(environment_of_host(host) == "production");
    }
  }

  TEST_CASE("the root's dot stays in the address") {
    CHECK(outcome(by_url(secure_page, "wss://rt.example.com./ws")) == "wss://rt.example.com./ws");
    CHECK(outcome(by_path("http://localhost.:5000/")) == "ws://localhost.:5000/ws");
  }

  TEST_CASE("the environment is that of the endpoint, not of the page") {
    CHECK(environment(by_url(secure_page, "wss://localhost/ws")) == "development");
    CHECK(environment(by_url(secure_page, "wss://x.replit.dev/ws")) == "replit");
    CHECK(environment(by_url("https://x.replit.dev/", "wss://rt.example.com/ws")) == "production");
  }

  TEST_CASE("from an https page ws: goes to loopback alone, whatever is allowed") {
    for (const std::string_view host :
         {"localhost", "a.localhost", "127.0.0.1", "127.9.9.9", "[::1]"}) {
      CAPTURE(std::string(host));
      CHECK(kind(by_url(secure_page, "ws://" + std::string(host) + ":9000/")) == "accepted");
    }
    for (const std::string_view host :
         {"192.168.1.20", "10.0.0.1", "172.16.0.1", "0.0.0.0", "printer.local", "x.replit.dev",
          "rt.example.com", "[::]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]"}) {
      CAPTURE(std::string(host));
      CHECK(outcome(by_url(secure_page, "ws://" + std::string(host) + "/")) ==
            "insecure_endpoint | url: ws: from an https: page");
      CHECK(kind(by_url(secure_page, "ws://" + std::string(host) + "/", true)) ==
            "insecure_endpoint");
      CHECK(kind(by_url(secure_page, "http://" + std::string(host) + "/", true)) ==
            "insecure_endpoint");
    }
  }

  TEST_CASE("from an http page ws: goes to production only where it was allowed") {
    CHECK(outcome(by_url("http://crm.example.com/", "ws://rt.example.com/")) ==
          "insecure_endpoint | url: ws: to a production host");
    CHECK(kind(by_url("http://crm.example.com/", "ws://rt.example.com/", true)) == "accepted");
    CHECK(kind(by_url("http://crm.example.com/", "ws://192.168.1.20/")) == "accepted");
    CHECK(kind(by_path("http://x.replit.dev/")) == "accepted");
    CHECK(kind(by_path("http://intranet/")) == "insecure_endpoint");
    CHECK(outcome(by_path("http://intranet/", "/ws", true)) == "ws://intranet/ws");
  }

  TEST_CASE("an http page may use wss:") {
    CHECK(outcome(by_url("http://crm.example.com/", "wss://rt.example.com/")) ==
          "wss://rt.example.com/");
  }

  TEST_CASE("an opaque page needs an absolute url") {
    for (const std::string_view page :
         {"", "about:blank", "about:srcdoc", "file:///home/index.html", "data:text/html,<p>x",
          "blob:https://crm.example.com/1", "javascript:0", "chrome-extension://abcdef/page.html",
          "https:", "https:/crm.example.com/", "ws://crm.example.com/"}) {
      CAPTURE(std::string(page));
      const std::string wanted =
          "endpoint_invalid | page: not an http(s) page: an absolute url is needed";
      CHECK(outcome(by_path(page)) == wanted);
      CHECK(outcome(by_url(page, "/ws")) == wanted);
      CHECK(outcome(by_url(page, "wss://rt.example.com/ws")) == "wss://rt.example.com/ws");
      CHECK(kind(by_url(page, "ws://rt.example.com/ws")) == "insecure_endpoint");
      CHECK(kind(by_url(page, "ws://localhost/ws")) == "accepted");
    }
  }

  TEST_CASE("a page keeps its host whatever its path, query and fragment say") {
    for (const std::string_view rest : {"", "/", "?x=@evil.example", "#@evil.example/",
                                        "/a@evil.example/", "/%20\\", "/caf\xC3\xA9"}) {
      CAPTURE(std::string(rest));
      CHECK(outcome(by_path("https://crm.example.com" + std::string(rest))) ==
            "wss://crm.example.com/ws");
    }
  }

  TEST_CASE("user info in the page's own address is dropped and never echoed") {
    CHECK(outcome(by_path("https://anna:s3cret@crm.example.com:8443/app")) ==
          "wss://crm.example.com:8443/ws");
    CHECK(kind(by_path("https://crm.example.com\\@evil.example/")) == "endpoint_invalid");
    CHECK(outcome(by_path("https://anna:s3cret@cr m/")).find("s3cret") == std::string::npos);
  }

  TEST_CASE("an error's detail names the option and the rule, and repeats nothing of the input") {
    CHECK(outcome(by_path(secure_page, "ws")) ==
          "endpoint_invalid | path: must begin with one '/'");
    CHECK(outcome(by_url(secure_page, "ws?v=2")) ==
          "endpoint_invalid | url: must be absolute or begin with one '/'");
    CHECK(outcome(by_url(secure_page, "//rt.example.com/")) ==
          "endpoint_invalid | url: must begin with one '/'");
    CHECK(outcome(by_url(secure_page, "ftp://rt.example.com/")) ==
          "endpoint_invalid | url: scheme is not ws, wss, http or https");
    CHECK(outcome(by_url(secure_page, "wss://rt.example.com:0/")) ==
          "endpoint_invalid | url: port is not in 1-65535");
    CHECK(outcome(by_url(secure_page, "wss://anna:s3cret@rt.example.com/?token=s3cret")) ==
          "endpoint_invalid | url: no '@' and no user info may be in it");
    CHECK(outcome(by_url(secure_page, "/ws?token=s3cret#x")) ==
          "endpoint_invalid | url: no fragment may be in it");
  }

  TEST_CASE("a detail is short enough for a status") {
    for (const std::string_view url :
         {"", "\\", " ", "#", "@", "%", "\n", "x://y/", "wss://", "wss://a+b/", "wss://1.2.3.4.5/",
          "wss://[x]/", "wss://[::1", "wss://[::1]x/", "wss://a:b/", "wss://a:0/", "//",
          "ws://a/"}) {
      const Resolved got = by_url(secure_page, url);
      CAPTURE(outcome(got));
      REQUIRE(std::holds_alternative<ConnectionError>(got));
      CHECK(std::get<ConnectionError>(got).detail.size() <= 64);
      CHECK(std::get<ConnectionError>(got).code == 0);
    }
  }
}
