import { describe, expect, test } from "vitest";
import { authorityOf, targetOf, urlOf } from "../src/request-target.ts";

describe("a target that names its authority", () => {
  test.each([
    ["an absolute path names none", "GET", "/p", null],
    ["two slashes at the beginning are a path", "GET", "//evil.example/x", null],
    ["a relative path names none", "GET", "relative", null],
    ["the asterisk names none", "OPTIONS", "*", null],
    ["an absolute URL names its host", "GET", "http://other.example/p", "other.example"],
    ["an absolute URL keeps its port", "GET", "http://other.example:81/p", "other.example:81"],
    ["user information is left out", "GET", "http://u:p@w@other.example/p", "other.example"],
    ["a path is not needed", "GET", "http://other.example?q", "other.example"],
    ["https counts as well", "GET", "https://other.example/p", "other.example"],
    ["the scheme has no case", "GET", "HTTP://other.example/p", "other.example"],
    ["an IPv6 address keeps its brackets", "GET", "http://[::1]:81/", "[::1]:81"],
    ["an empty authority names none", "GET", "http:///p", null],
    ["an @ in the path is no user information", "GET", "http://h/a@b", "h"],
    ["CONNECT names host and port", "CONNECT", "dest.example:443", "dest.example:443"],
    ["CONNECT with IPv6", "CONNECT", "[::1]:443", "[::1]:443"],
    ["CONNECT with a path names none", "CONNECT", "/", null],
  ])("%s", (_why, method, target, authority) => {
    expect(authorityOf(method, target)).toBe(authority);
  });
});

describe("the url argument", () => {
  const here = { host: "example.com", port: 80 };

  test("a text is sent as it is, an empty one as /", () => {
    expect(targetOf("", here)).toBe("/");
    expect(targetOf("/a?b", here)).toBe("/a?b");
    expect(targetOf("relative", here)).toBe("relative");
  });

  test("a URL object of this host goes in origin-form, without its fragment", () => {
    expect(targetOf(new URL("http://example.com/p?q=1#f"), here)).toBe("/p?q=1");
    expect(targetOf(new URL("http://example.com"), here)).toBe("/");
    expect(targetOf(new URL("http://[::1]:81/p"), { host: "::1", port: 81 })).toBe("/p");
  });

  test.each([
    ["another host", "http://other.example/p"],
    ["another port", "http://example.com:81/p"],
    ["another scheme", "https://example.com/p"],
  ])("a URL object of %s goes in absolute-form, to a proxy", (_why, url) => {
    expect(targetOf(new URL(url), here)).toBe(url);
  });

  test("a URL object never shows its password", () => {
    expect(targetOf(new URL("http://u:pw@other.example/p"), here)).toBe("http://other.example/p");
  });
});

test("the URL of the resource is made of the target and the host", () => {
  expect(urlOf("/p", false, "example.com")).toBe("http://example.com/p");
  expect(urlOf("/p", true, "example.com:444")).toBe("https://example.com:444/p");
  expect(urlOf("*", false, "example.com")).toBe("http://example.com");
  expect(urlOf("http://other.example/p", false, "example.com")).toBe("http://other.example/p");
});
