using AudioOrleans.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Grains.Accounts.SignIn;

/// <summary>The sign-in providers. Section <c>OAuth</c>; a provider without <c>ClientId</c> is disabled.</summary>
public sealed record SignInOptions
{
    private const string Endpoint = "an https address, or http on this machine, without a fragment";

    /// <summary>The URL at which browsers reach the platform, such as <c>https://radio.example.org</c>; setting <c>PublicUrl</c>. Null without providers.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>The enabled providers.</summary>
    public ImmutableArray<OAuthProvider> Providers { get; init; } = [];

    /// <summary>Reads the settings.</summary>
    /// <exception cref="OptionsValidationException">One is wrong or missing; the message names it.</exception>
    public static SignInOptions Read(IConfiguration configuration)
    {
        var providers = OAuthProvider.Known.Select(known => Configure(configuration.GetSection($"OAuth:{known.Name}"), known)).OfType<OAuthProvider>().ToImmutableArray();
        return new SignInOptions { Providers = providers, PublicUrl = providers.IsEmpty ? null : ReadPublicUrl(configuration.GetSection("PublicUrl")) };
    }

    private static OAuthProvider? Configure(IConfigurationSection section, OAuthProvider known)
    {
        if (section["ClientId"] is not { Length: > 0 } clientId)
            return null;
        return known with
        {
            ClientId = clientId,
            ClientSecret = section["ClientSecret"] is { Length: > 0 } secret ? secret : throw WrongSetting.Missing(section.GetSection("ClientSecret"), $"the secret that {known.Name} issued with the client id"),
            AuthorizationEndpoint = ReadEndpoint(section.GetSection("AuthorizationEndpoint"), known.AuthorizationEndpoint),
            TokenEndpoint = ReadEndpoint(section.GetSection("TokenEndpoint"), known.TokenEndpoint),
            UserEndpoint = ReadEndpoint(section.GetSection("UserEndpoint"), known.UserEndpoint),
            EmailsEndpoint = known.EmailsEndpoint is { } emails ? ReadEndpoint(section.GetSection("EmailsEndpoint"), emails) : null,
        };
    }

    // Set by the operator: these may be in private networks, as a self-hosted provider may be, and no guard blocks them.
    private static Uri ReadEndpoint(IConfigurationSection setting, Uri standard)
    {
        if (string.IsNullOrEmpty(setting.Value))
            return standard;
        return Uri.TryCreate(setting.Value, UriKind.Absolute, out var uri) && uri.Fragment.Length == 0 && uri.UserInfo.Length == 0
            && (uri.Scheme == Uri.UriSchemeHttps || uri.Scheme == Uri.UriSchemeHttp && uri.IsLoopback)
                ? uri
                : throw WrongSetting.Create(setting, Endpoint);
    }

    // Not taken from the request: the client controls its Host header, and the providers compare this URL to the registered one.
    private static Uri ReadPublicUrl(IConfigurationSection setting)
    {
        const string Expected = $"{Interfaces.PublicUrl.Expected}, without a path: providers redirect browsers there";
        if (string.IsNullOrEmpty(setting.Value))
            throw WrongSetting.Missing(setting, Expected);
        return Interfaces.PublicUrl.Parse(setting.Value)
            ?? throw WrongSetting.Create(setting, Expected);
    }
}
