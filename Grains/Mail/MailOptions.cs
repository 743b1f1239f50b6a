using System.Globalization;
using System.Net.Mail;
using AudioOrleans.Configuration;
using AudioOrleans.Grains.Interfaces.Accounts;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AudioOrleans.Grains.Mail;

/// <summary>When the connection to the mail server is encrypted.</summary>
public enum SmtpTls
{
    /// <summary>Never.</summary>
    None,

    /// <summary>With STARTTLS, before a login or a mail is sent (RFC 3207).</summary>
    StartTls,

    /// <summary>From the first byte (RFC 8314).</summary>
    Implicit,
}

/// <summary>The mail server, and the base of links in mails: section <c>Smtp</c>, and <c>PublicUrl</c>.</summary>
public sealed record MailOptions
{
    /// <summary>The port for implicit TLS (RFC 8314, section 7.3).</summary>
    private const int ImplicitTlsPort = 465;

    private static readonly TimeSpan ShortestPause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestPause = TimeSpan.FromHours(1);

    /// <summary>The mail server; null if the platform sends no mail.</summary>
    public string? Host { get; init; }

    /// <summary>Its port.</summary>
    public int Port { get; init; } = 587;

    /// <summary>The user name at the server; null if it requires no login.</summary>
    public string? User { get; init; }

    /// <summary>The user's password.</summary>
    public string? Password { get; init; }

    /// <summary>The sender of mails; never null if there is a host.</summary>
    public MailAddress? From { get; init; }

    /// <summary>When the connection is encrypted; <c>Smtp__Tls</c>, by default chosen by the port.</summary>
    public SmtpTls Tls { get; init; } = SmtpTls.StartTls;

    /// <summary>How long a mail waits after the first failure; doubled by each further one.</summary>
    public TimeSpan RetryAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>The public URL of the platform; never null if there is a host.</summary>
    public Uri? PublicUrl { get; init; }

    /// <summary>Whether this platform sends mail.</summary>
    public bool IsOn => Host is not null;

    /// <summary>Reads the settings.</summary>
    /// <exception cref="OptionsValidationException">One is wrong or missing; the message names it and says what was expected.</exception>
    public static MailOptions Read(IConfiguration configuration)
    {
        if (Text(configuration, "Smtp:Host") is not { } host)
            return new MailOptions();
        var (user, password) = (Text(configuration, "Smtp:User"), Text(configuration, "Smtp:Password"));
        if (user is null && password is not null)
            throw Wrong(configuration, "Smtp:User", "the user that Smtp__Password belongs to");
        if (user is not null && password is null)
            throw Wrong(configuration, "Smtp:Password", "the password of Smtp__User");
        var standard = new MailOptions();
        var port = Read(configuration, "Smtp:Port", standard.Port, "a port, a whole number from 1 to 65535", ParsePort);
        return new MailOptions
        {
            Host = Uri.CheckHostName(host) != UriHostNameType.Unknown ? host : throw Wrong(configuration, "Smtp:Host", "a host name or an IP address"),
            Port = port,
            User = user,
            Password = password,
            From = Require(configuration, "Smtp:From", "an e-mail address, such as radio@example.org or Radio <radio@example.org>", ParseFrom),
            Tls = Read(configuration, "Smtp:Tls", TlsOf(port), "true, false or implicit", text => ParseTls(text, port)),
            RetryAfter = Read(configuration, "Smtp:RetryAfter", standard.RetryAfter, $"a duration such as 00:01:00, from {ShortestPause:c} to {LongestPause:c}", ParsePause),
            PublicUrl = Require(configuration, "PublicUrl", Interfaces.PublicUrl.Expected, Interfaces.PublicUrl.Parse),
        };
    }

    /// <summary>Keeps the password out of logs.</summary>
    public override string ToString() => "MailOptions";

    private static int? ParsePort(string text) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var port) && port is > 0 and <= ushort.MaxValue ? port : null;

    private static SmtpTls? ParseTls(string text, int port) => text.ToUpperInvariant() switch
    {
        "TRUE" => TlsOf(port),
        "FALSE" => SmtpTls.None,
        "IMPLICIT" => SmtpTls.Implicit,
        _ => null,
    };

    private static SmtpTls TlsOf(int port) => port == ImplicitTlsPort ? SmtpTls.Implicit : SmtpTls.StartTls;

    private static TimeSpan? ParsePause(string text) =>
        TimeSpan.TryParse(text, CultureInfo.InvariantCulture, out var pause) && pause >= ShortestPause && pause <= LongestPause ? pause : null;

    // The parser takes a list's last address and treats the rest as its name.
    private static MailAddress? ParseFrom(string text) =>
        !text.Any(char.IsControl) && MailAddress.TryCreate(text, out var address) && EmailAddress.Normalize(address.Address) is not null
        && (text == address.Address || text.EndsWith($"<{address.Address}>", StringComparison.Ordinal)) ? address : null;

    private static string? Text(IConfiguration configuration, string key) => configuration[key] is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;

    private static T Read<T>(IConfiguration configuration, string key, T standard, string expected, Func<string, T?> parse)
        where T : struct =>
        Text(configuration, key) is { } text ? parse(text) ?? throw Wrong(configuration, key, expected) : standard;

    private static T Require<T>(IConfiguration configuration, string key, string expected, Func<string, T?> parse)
        where T : class =>
        parse(Text(configuration, key) ?? "") ?? throw Wrong(configuration, key, expected);

    private static OptionsValidationException Wrong(IConfiguration configuration, string key, string expected) => WrongSetting.Create(configuration.GetSection(key), expected);
}
