using AudioOrleans.Grains.Accounts.SignIn;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Grains.Tests.Accounts.SignIn;

public sealed class SignInOptionsTests
{
    private static readonly (string, string)[] Good = [("PublicUrl", "https://radio.example.org/"), ("OAuth:Google:ClientId", "id"), ("OAuth:Google:ClientSecret", "s3cret")];

    [Fact]
    public void A_provider_without_a_client_id_is_off_and_needs_no_other_settings() =>
        Assert.Empty(Read(("OAuth:Google:ClientSecret", "s3cret"), ("OAuth:GitHub:ClientId", "")).Providers);

    [Fact]
    public void An_enabled_provider_has_default_endpoints_unless_configured()
    {
        var provider = Assert.Single(Read([.. Good, ("OAuth:Google:TokenEndpoint", "https://id.example.org/token")]).Providers);
        Assert.Equal(("google", "id", "s3cret"), (provider.Key, provider.ClientId, provider.ClientSecret));
        Assert.Equal("https://accounts.google.com/o/oauth2/v2/auth", provider.AuthorizationEndpoint.AbsoluteUri);
        Assert.Equal("https://id.example.org/token", provider.TokenEndpoint.AbsoluteUri);
        Assert.DoesNotContain("s3cret", provider.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PublicUrl", "", "PublicUrl is missing; ")]
    [InlineData("PublicUrl", "radio.example.org", "PublicUrl is 'radio.example.org'; ")]
    [InlineData("PublicUrl", "https://radio.example.org/base", "PublicUrl is 'https://radio.example.org/base'; ")]
    [InlineData("PublicUrl", "ftp://radio.example.org", "PublicUrl is 'ftp://radio.example.org'; ")]
    [InlineData("OAuth:Google:ClientSecret", "", "OAuth__Google__ClientSecret is missing; ")]
    [InlineData("OAuth:Google:UserEndpoint", "http://id.example.org/user", "OAuth__Google__UserEndpoint is 'http://id.example.org/user'; ")]
    [InlineData("OAuth:Google:AuthorizationEndpoint", "https://id.example.org/#x", "OAuth__Google__AuthorizationEndpoint is 'https://id.example.org/#x'; ")]
    [InlineData("OAuth:Google:TokenEndpoint", "/token", "OAuth__Google__TokenEndpoint is '/token'; ")]
    public void An_invalid_setting_is_named(string key, string value, string message) =>
        Assert.StartsWith(message, Assert.Throws<OptionsValidationException>(() => Read([.. Good.Where(setting => setting.Item1 != key), (key, value)])).Message, StringComparison.Ordinal);

    private static SignInOptions Read(params (string Key, string Value)[] settings) => SignInOptions.Read(
        new ConfigurationBuilder().AddInMemoryCollection(settings.Select(setting => KeyValuePair.Create(setting.Key, (string?)setting.Value))).Build());
}
