namespace AudioOrleans.Grains.Accounts.SignIn;

/// <summary>A provider and the platform's registration with it.</summary>
public sealed record OAuthProvider
{
    /// <summary>Google, with OpenID Connect's userinfo endpoint.</summary>
    public const string Google = "google";

    /// <summary>GitHub, which has a separate endpoint for addresses.</summary>
    public const string GitHub = "github";

    /// <summary>Its name in URLs.</summary>
    public required string Key { get; init; }

    /// <summary>Its display name; also its section in the settings.</summary>
    public required string Name { get; init; }

    /// <summary>The requested scopes, separated by spaces.</summary>
    public required string Scope { get; init; }

    /// <summary>The endpoint to redirect the browser to.</summary>
    public required Uri AuthorizationEndpoint { get; init; }

    /// <summary>The endpoint that exchanges codes for tokens.</summary>
    public required Uri TokenEndpoint { get; init; }

    /// <summary>The endpoint that identifies the person.</summary>
    public required Uri UserEndpoint { get; init; }

    /// <summary>The endpoint that lists the person's addresses; null if the user endpoint includes them.</summary>
    public Uri? EmailsEndpoint { get; init; }

    /// <summary>The platform's client id.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>The platform's client secret.</summary>
    public string ClientSecret { get; init; } = "";

    /// <summary>All providers, with the endpoints they document; without a client id they are disabled.</summary>
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
