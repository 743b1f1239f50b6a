namespace AudioOrleans.Grains.Accounts.SignIn;

/// <summary>A provider as this platform is registered with it.</summary>
public sealed record OAuthProvider
{
    /// <summary>Google, by OpenID Connect's userinfo.</summary>
    public const string Google = "google";

    /// <summary>GitHub, whose addresses stand behind an endpoint of their own.</summary>
    public const string GitHub = "github";

    /// <summary>How it is called in addresses.</summary>
    public required string Key { get; init; }

    /// <summary>How people call it; also its section in the settings.</summary>
    public required string Name { get; init; }

    /// <summary>What we ask for, separated by spaces.</summary>
    public required string Scope { get; init; }

    /// <summary>Where the browser goes.</summary>
    public required Uri AuthorizationEndpoint { get; init; }

    /// <summary>Where codes are traded.</summary>
    public required Uri TokenEndpoint { get; init; }

    /// <summary>Who it is.</summary>
    public required Uri UserEndpoint { get; init; }

    /// <summary>Which addresses the person has; null where the user endpoint says it.</summary>
    public Uri? EmailsEndpoint { get; init; }

    /// <summary>The platform's name there.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>The platform's password there.</summary>
    public string ClientSecret { get; init; } = "";

    /// <summary>All providers, as their own manuals have them; without a client id they are off.</summary>
    public static ImmutableArray<OAuthProvider> Known { get; } =
    [
        new()
        {
            Key = Google,
            Name = "Google",
            Scope = "openid email profile",
            AuthorizationEndpoint = new Uri("https://accounts.google.com/o/oauth2/v2/auth"),
            TokenEndpoint = new Uri("https://oauth2.googleapis.com/token"),
            UserEndpoint = new Uri("https://openidconnect.googleapis.com/v1/userinfo"),
        },
        new()
        {
            Key = GitHub,
            Name = "GitHub",
            Scope = "read:user user:email",
            AuthorizationEndpoint = new Uri("https://github.com/login/oauth/authorize"),
            TokenEndpoint = new Uri("https://github.com/login/oauth/access_token"),
            UserEndpoint = new Uri("https://api.github.com/user"),
            EmailsEndpoint = new Uri("https://api.github.com/user/emails"),
        },
    ];

    /// <summary>Keeps the secret out of logs.</summary>
    public override string ToString() => Name;
}
