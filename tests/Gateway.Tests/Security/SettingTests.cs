using AudioOrleans.Configuration;
using AudioOrleans.Gateway.Security;
using AudioOrleans.Testing.Platforms;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Gateway.Tests.Security;

public sealed class SettingTests
{
    private const string Network = "an IP address or a network such as 10.0.0.0/8";
    private const string Origin = "an origin as browsers send it, such as https://radio.example.org or http://localhost:3000, or * alone";

    [Theory]
    [InlineData("Proxies__Trusted__0", "abc", Network)]
    [InlineData("RateLimits__Credentials", "-1", "requests a minute, or 0 for no limit, a whole number from 0 to 1000000")]
    [InlineData("Cors__Origins__0", "https://radio.example.org/", Origin)]
    [InlineData("Timeouts__Request", "60", "a duration such as 00:01:00, from 00:00:01 to 01:00:00")]
    public async Task An_invalid_setting_prevents_the_start_and_is_named(string key, string value, string expected)
    {
        // The settings are checked before anything else is started, even the database.
        var settings = new Dictionary<string, string?> { [key] = value, ["ConnectionStrings__Audio"] = "Host=127.0.0.1;Port=1" };
        var error = await Assert.ThrowsAsync<InvalidOperationException>(() => PlatformProcess.StartAsync(settings));
        Assert.Contains($"{key} is '{value}'; expected {expected}.", error.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", error.Message, StringComparison.Ordinal); // A message, not a stack trace.
    }

    [Theory]
    [InlineData("10")]
    [InlineData("")]
    [InlineData("10.0.0.0/33")]
    [InlineData("proxy.example.org")]
    [InlineData("10.0.0.1:80")]
    public void Text_that_is_neither_an_address_nor_a_network_is_refused_as_a_proxy(string text) =>
        Assert.Equal($"Proxies__Trusted__1 is '{text}'; expected {Network}.", Error(ProxyOptions.Read, ("Proxies:Trusted:0", "::1"), ("Proxies:Trusted:1", text)));

    [Fact]
    public void Addresses_and_networks_are_accepted_as_proxies()
    {
        var options = ProxyOptions.Read(Configuration(("Proxies:Trusted:0", "10.0.0.1"), ("Proxies:Trusted:1", "2001:db8::/32"), ("Proxies:Trusted:2", "2001:DB8:1::0")));
        Assert.Equal(["10.0.0.1/32", "2001:db8::/32", "2001:db8:1::/128"], options.Trusted.Select(network => network.ToString()));
        Assert.Empty(ProxyOptions.Read(Configuration()).Trusted);
    }

    [Fact]
    public void A_list_without_indexes_is_refused() =>
        Assert.Equal("Proxies__Trusted is '10.0.0.1'; expected a list: Proxies__Trusted__0, Proxies__Trusted__1 and so on.", Error(ProxyOptions.Read, ("Proxies:Trusted", "10.0.0.1")));

    [Theory]
    [InlineData("radio.example.org")]
    [InlineData("https://radio.example.org:443")]
    [InlineData("https://Radio.example.org")]
    [InlineData("https://radio.example.org/page")]
    [InlineData("https://me@radio.example.org")]
    [InlineData("https://*.example.org")]
    [InlineData("https://bücher.example")]
    [InlineData("ftp://radio.example.org")]
    [InlineData("null")]
    [InlineData("*")] // Not alone.
    [InlineData("")]
    public void Text_that_no_browser_sends_is_refused_as_an_origin(string text) =>
        Assert.Equal($"Cors__Origins__1 is '{text}'; expected {Origin}.", Error(CrossOriginOptions.Read, ("Cors:Origins:0", "https://a.example"), ("Cors:Origins:1", text)));

    [Theory]
    [InlineData("https://radio.example.org")]
    [InlineData("http://localhost:3000")]
    [InlineData("http://127.0.0.1:8081")]
    [InlineData("http://[::1]:8081")]
    [InlineData("https://xn--bcher-kva.example")]
    [InlineData("*")]
    public void Origins_as_browsers_send_them_are_accepted(string text) => Assert.Equal(text, CrossOriginOptions.Read(Configuration(("Cors:Origins:0", text))).Origins.Single());

    [Theory]
    [InlineData("1000001")]
    [InlineData("many")]
    [InlineData("1e3")]
    public void A_limit_must_be_a_whole_number(string text) =>
        Assert.StartsWith($"RateLimits__Reads is '{text}'; expected ", Error(settings => settings.ReadOptions<RateLimitOptions>(), ("RateLimits:Reads", text)), StringComparison.Ordinal);

    [Fact]
    public void Limits_have_the_documented_defaults_unless_configured() =>
        Assert.Equal(new RateLimitOptions { Credentials = 300, Writes = 0, Reads = 12_000 }, Configuration(("RateLimits:Writes", "0")).ReadOptions<RateLimitOptions>());

    private static string Error<T>(Func<IConfiguration, T> read, params (string, string)[] settings) =>
        Assert.Throws<OptionsValidationException>(() => { _ = read(Configuration(settings)); }).Message;

    private static IConfiguration Configuration(params (string Key, string Value)[] settings) =>
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build();
}
