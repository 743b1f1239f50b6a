namespace Audio.Orleans.Gateway.Accounts;

/// <summary>The scopes that tokens carry; each is the name of an authorization policy too.</summary>
public static class Scopes
{
    /// <summary>Look at and listen to streams.</summary>
    public const string StreamsRead = "streams:read";

    /// <summary>Register, change and delete one's own streams.</summary>
    public const string StreamsWrite = "streams:write";

    /// <summary>Run the platform.</summary>
    public const string Admin = "admin";

    /// <summary>All scopes that routes ask for.</summary>
    public static IReadOnlyList<string> All { get; } = [StreamsRead, StreamsWrite, Admin];
}
