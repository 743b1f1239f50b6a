using System.Globalization;
using AudioOrleans.Configuration;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Options;

namespace AudioOrleans.RelayHost.Ingest;

/// <summary>The address of clamd. Section <c>VirusScan</c>.</summary>
/// <param name="Host">Its host; null disables scanning.</param>
/// <param name="Port">Its port.</param>
public sealed record ScannerOptions(string? Host, int Port)
{
    private const int StandardPort = 3310;

    /// <summary>Reads the settings: <c>VirusScan__Clamd</c>, such as <c>clamd.internal:3310</c>; without it, nothing is scanned.</summary>
    /// <exception cref="OptionsValidationException">It is not a host and port; the message names the setting.</exception>
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
