using System.Net;
using AudioOrleans.Configuration;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;
using IPNetwork = System.Net.IPNetwork;

namespace AudioOrleans.Gateway.Security;

/// <summary>The proxies that are trusted to report the client's address and scheme; settings <c>Proxies__Trusted__0</c>, …</summary>
public sealed record ProxyOptions
{
    private const string Expected = "an IP address or a network such as 10.0.0.0/8";

    /// <summary>Addresses and networks, with an address as a network of one; none by default.</summary>
    public ImmutableArray<IPNetwork> Trusted { get; init; } = [];

    /// <summary>Reads the settings.</summary>
    /// <exception cref="OptionsValidationException">One is neither an address nor a network; the message names it.</exception>
    public static ProxyOptions Read(IConfiguration configuration) =>
        new() { Trusted = [.. SettingLists.Items(configuration, "Proxies:Trusted").Select(setting => Parse(setting.Value) ?? throw WrongSetting.Create(setting, Expected))] };

    private static IPNetwork? Parse(string? text)
    {
        if (IPNetwork.TryParse(text, out var network))
            return network;
        // "10" and "0x7f.1" parse as addresses too, but are surely mistakes.
        return IPAddress.TryParse(text, out var address) && (text.Contains(':', StringComparison.Ordinal) || address.ToString() == text)
            ? new IPNetwork(address, address.GetAddressBytes().Length * 8)
            : null;
    }
}

/// <summary>Takes the client's address and scheme from <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c>, from trusted proxies only.</summary>
public static class TrustedProxies
{
    /// <summary>Reads the trusted proxies.</summary>
    public static IServiceCollection AddTrustedProxies(this IServiceCollection services, IConfiguration configuration) =>
        services.AddValidatedOptions(configuration, ProxyOptions.Read);

    /// <summary>
    /// Walks the list of addresses from its end as long as they are trusted. Placed before all middleware that reads an address. A proxy on a
    /// Unix socket has no address; it is trusted if any proxy is.
    /// </summary>
    public static WebApplication UseTrustedProxies(this WebApplication app)
    {
        var trusted = app.Services.GetRequiredService<ProxyOptions>().Trusted;
        // The middleware treats empty lists as "trust everybody": without a proxy it must not be added at all.
        if (trusted.IsEmpty)
            return app;
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = null };
        // It trusts loopback by default.
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in trusted)
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
        return app;
    }
}
