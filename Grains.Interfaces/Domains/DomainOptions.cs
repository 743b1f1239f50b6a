using System.Diagnostics.CodeAnalysis;
using System.Net;
using AudioOrleans.Configuration;

namespace AudioOrleans.Grains.Interfaces.Domains;

/// <summary>Custom domains. Section <c>Domains</c>.</summary>
public sealed record DomainOptions : IValidatedOptions
{
    private const string Port = "a port, a whole number from 1 to 65535, or 0 for none";

    private static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Longest = TimeSpan.FromDays(30);

    /// <inheritdoc/>
    public static string Section => "Domains";

    /// <summary>The DNS resolver, an IP address with an optional port; the system's if it is not set.</summary>
    public string? Resolver { get; init; }

    /// <summary>The host that custom domains point to; that of <c>PublicUrl</c> if it is not set.</summary>
    public string? Target { get; init; }

    /// <summary>The port for HTTPS with the certificates of custom domains; 0 for none.</summary>
    public int HttpsPort { get; init; }

    /// <summary>A further port for HTTP, for challenges and redirects to HTTPS; 0 for none.</summary>
    public int HttpPort { get; init; }

    /// <summary>How long a new domain may stay unverified.</summary>
    public TimeSpan VerifyWithin { get; init; } = TimeSpan.FromHours(24);

    /// <summary>How long a verified domain whose DNS records are gone is kept.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromDays(3);

    /// <summary>The most domains of an account.</summary>
    public int PerAccount { get; init; } = 100;

    /// <summary>The certificate authority.</summary>
    public AcmeOptions Acme { get; init; } = new();

    /// <summary>The DNS server that takes updates.</summary>
    public DnsUpdateOptions Update { get; init; } = new();

    /// <inheritdoc/>
    public void Check(OptionsProblems problems)
    {
        problems.Require(Resolver is not { Length: > 0 } || ParseServer(Resolver) is not null, nameof(Resolver), $"{Resolver}", "an IP address with an optional port, such as 127.0.0.1:53");
        problems.Require(Target is not { Length: > 0 } || IsHostName(Target), nameof(Target), $"{Target}", "a host name, such as feeds.example.org");
        problems.Require(HttpsPort is >= 0 and <= ushort.MaxValue, nameof(HttpsPort), HttpsPort, Port);
        problems.Require(HttpPort is >= 0 and <= ushort.MaxValue, nameof(HttpPort), HttpPort, Port);
        problems.Require(VerifyWithin >= Shortest && VerifyWithin <= Longest, nameof(VerifyWithin), VerifyWithin, $"a duration from {Shortest:c} to {Longest:c}");
        problems.Require(Grace >= Shortest && Grace <= Longest, nameof(Grace), Grace, $"a duration from {Shortest:c} to {Longest:c}");
        problems.Require(PerAccount is >= 1 and <= 100_000, nameof(PerAccount), PerAccount, "a whole number from 1 to 100000");
        Acme.Check(problems.In(nameof(Acme)));
        Update.Check(problems.In(nameof(Update)));
    }

    /// <summary>Reads an IP address with an optional port; null if it is none.</summary>
    public static IPEndPoint? ParseServer(string? text) =>
        IPEndPoint.TryParse(text ?? "", out var server) ? (server.Port == 0 ? new IPEndPoint(server.Address, 53) : server) : null;

    internal static bool IsHostName(string text) => Uri.CheckHostName(text) == UriHostNameType.Dns && text.Contains('.', StringComparison.Ordinal);
}

/// <summary>The certificate authority, which lego talks to (RFC 8555). Section <c>Domains__Acme</c>.</summary>
public sealed record AcmeOptions
{
    /// <summary>Its directory, such as <c>https://acme-v02.api.letsencrypt.org/directory</c>; no certificates are requested if it is not set.</summary>
    [SuppressMessage("Design", "CA1056", Justification = "It is text until it has been checked.")]
    public string? Directory { get; init; }

    /// <summary>The e-mail address of the account there.</summary>
    public string? Email { get; init; }

    /// <summary>A file with the root certificates by which its server is trusted, PEM; the system's if it is not set.</summary>
    public string? TrustedRoot { get; init; }

    /// <summary>Whether certificates are requested.</summary>
    public bool IsOn => Directory is { Length: > 0 } && Email is { Length: > 0 };

    internal void Check(OptionsProblems problems)
    {
        problems.Require(Directory is not { Length: > 0 } || (Uri.TryCreate(Directory, UriKind.Absolute, out var url) && url.Scheme == Uri.UriSchemeHttps), nameof(Directory), $"{Directory}", "the https address of an ACME directory");
        problems.Require(Directory is not { Length: > 0 } || Accounts.EmailAddress.Normalize(Email) is not null, nameof(Email), $"{Email}", "the e-mail address of the account at the certificate authority");
        problems.Require(TrustedRoot is not { Length: > 0 } || File.Exists(TrustedRoot), nameof(TrustedRoot), $"{TrustedRoot}", "the path of a PEM file");
    }
}

/// <summary>A DNS server that takes dynamic updates (RFC 2136). Section <c>Domains__Update</c>.</summary>
public sealed record DnsUpdateOptions
{
    /// <summary>Its IP address with an optional port; no records are created if it is not set.</summary>
    public string? Server { get; init; }

    /// <summary>The zone that it takes updates for.</summary>
    public string? Zone { get; init; }

    /// <summary>The key that signs updates (TSIG, RFC 8945): <c>algorithm:name:secret</c>, with the secret in base64.</summary>
    public string? Key { get; init; }

    /// <summary>Whether records are created.</summary>
    public bool IsOn => Server is { Length: > 0 };

    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => "DnsUpdateOptions";

    /// <summary>Whether a host is in the zone.</summary>
    public bool Covers(string host) => IsOn && host.EndsWith($".{Zone!.TrimEnd('.')}", StringComparison.OrdinalIgnoreCase);

    /// <summary>The parts of the key.</summary>
    public (string Algorithm, string Name, string Secret) ParseKey() => Key!.Split(':') is [var algorithm, var name, var secret] ? (algorithm, name, secret) : throw new FormatException();

    internal void Check(OptionsProblems problems)
    {
        problems.Require(!IsOn || DomainOptions.ParseServer(Server) is not null, nameof(Server), $"{Server}", "an IP address with an optional port, such as 127.0.0.1:53");
        problems.Require(!IsOn || (Zone is { Length: > 0 } && Uri.CheckHostName(Zone.TrimEnd('.')) == UriHostNameType.Dns), nameof(Zone), $"{Zone}", "the zone that the server takes updates for");
        problems.Require(!IsOn || IsKey(), nameof(Key), "a TSIG key as algorithm:name:secret, such as hmac-sha256:audio:c2VjcmV0");
    }

    private bool IsKey() => Key?.Split(':') is [['h', 'm', 'a', 'c', '-', ..] algorithm, { Length: > 0 } name, { Length: > 0 } secret]
        && algorithm.All(IsNameCharacter) && name.All(IsNameCharacter) && Convert.TryFromBase64String(secret, new byte[secret.Length], out _);

    // What nsupdate reads as one word.
    private static bool IsNameCharacter(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.';
}
