using AudioOrleans.Configuration;
using AudioOrleans.Grains.Accounts;
using AudioOrleans.Grains.Interfaces.Tokens;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Grains.Tests.Tokens;

public sealed class TokenOptionsTests
{
    [Fact]
    public void The_defaults_are_valid()
    {
        new TokenOptions().Validate();
        new LoginOptions().Validate();
    }

    public static TheoryData<string, TokenOptions> InvalidOptions() => new()
    {
        { "Tokens__Issuer", new TokenOptions { Issuer = " " } },
        { "Tokens__Audience", new TokenOptions { Audience = "" } },
        { "Tokens__AccessLifetime", new TokenOptions { AccessLifetime = TimeSpan.Zero } },
        { "Tokens__RefreshLifetime", new TokenOptions { RefreshLifetime = TimeSpan.FromHours(1) } },
        { "Tokens__MediaLifetime", new TokenOptions { MediaLifetime = TimeSpan.FromSeconds(-1) } },
        { "Tokens__LongestMediaLifetime", new TokenOptions { LongestMediaLifetime = TimeSpan.FromMinutes(5) } },
        { "Tokens__KeyLifetime", new TokenOptions { KeyLifetime = TimeSpan.Zero } },
    };

    [Theory]
    [MemberData(nameof(InvalidOptions))]
    public void An_invalid_option_is_named(string name, TokenOptions options) =>
        Assert.StartsWith($"{name}: expected ", Assert.Throws<OptionsValidationException>(options.Validate).Message, StringComparison.Ordinal);

    [Fact]
    public void At_least_one_failed_login_must_be_allowed()
    {
        Assert.StartsWith("Login__FailuresPerAccount:", Assert.Throws<OptionsValidationException>(new LoginOptions { FailuresPerAccount = 0 }.Validate).Message, StringComparison.Ordinal);
        Assert.StartsWith("Login__FailuresPerNetwork:", Assert.Throws<OptionsValidationException>(new LoginOptions { FailuresPerNetwork = 0 }.Validate).Message, StringComparison.Ordinal);
    }
}
