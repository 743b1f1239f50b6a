using System.Globalization;
using AudioOrleans.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AudioOrleans.RelayHost.Ingest;

/// <summary>Where a clamd listens. Section <c>VirusScan</c>.</summary>
/// <param name="Host">Its host; null: nothing is scanned.</param>
/// <param name="Port">Its port.</param>
public sealed record ScannerOptions(string? Host, int Port)
{
    private const int StandardPort = 3310;

    /// <summary>Reads the settings: <c>VirusScan__Clamd</c>, such as <c>clamd.internal:3310</c>; nothing is scanned without it.</summary>
    /// <exception cref="OptionsValidationException">It is no host and port; the message names it.</exception>
    public static ScannerOptions Read(IConfiguration configuration)
    {
        var setting = configuration.GetSection("VirusScan:Clamd");
        var text = setting.Value;
        if (string.IsNullOrWhiteSpace(text))
            return new ScannerOptions(null, StandardPort);
        var colon = text.LastIndexOf(':');
        var host = colon < 0 ? text : text[..colon];
        var port = StandardPort;
        var isPort = colon < 0 || (int.TryParse(text.AsSpan(colon + 1), NumberStyles.None, CultureInfo.InvariantCulture, out port) && port is > 0 and <= ushort.MaxValue);
        return isPort && Uri.CheckHostName(host) != UriHostNameType.Unknown
            ? new ScannerOptions(host, port)
            : throw WrongSetting.Create(setting, $"the host and port of a clamd, such as 127.0.0.1:{StandardPort}");
    }
}
