using System.Security.Authentication;
using AudioOrleans.Configuration;
using AudioOrleans.Gateway.Hosting;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;
using Microsoft.AspNetCore.Server.Kestrel.Https;

namespace AudioOrleans.Gateway.Domains;

/// <summary>The gateway's services for custom domains, and the ports for them.</summary>
public static class DomainServices
{
    /// <summary>Handshakes for hosts whose certificate is not here yet wait for it.</summary>
    private static readonly TimeSpan HandshakeTimeout = TimeSpan.FromSeconds(10);

    /// <summary>Adds the services, and listens on <c>Domains__HttpsPort</c> and <c>Domains__HttpPort</c> at the address of the first URL.</summary>
    public static void AddCustomDomains(this WebApplicationBuilder builder)
    {
        builder.Services.AddValidatedOptions<DomainOptions>(builder.Configuration);
        builder.Services.AddSingleton<CustomHosts>().AddHostedService(provider => provider.GetRequiredService<CustomHosts>());
        builder.Services.AddSingleton<ShowPages>().AddHostedService(provider => provider.GetRequiredService<ShowPages>());
        var options = builder.Configuration.ReadOptions<DomainOptions>();
        if (options.HttpPort > 0)
            builder.AlsoListen($"http://{AddressOf(builder)}:{options.HttpPort}");
        if (options.HttpsPort == 0)
            return;
        builder.AlsoListen($"https://{AddressOf(builder)}:{options.HttpsPort}");
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            if (endpoint.IPEndPoint?.Port == options.HttpsPort)
                endpoint.UseHttps(Handshakes(kestrel.ApplicationServices));
        }));
    }

    /// <summary>Selects the certificate by the name that the client asks for (SNI, RFC 6066, section 3).</summary>
    private static TlsHandshakeCallbackOptions Handshakes(IServiceProvider services)
    {
        var (hosts, grains) = (services.GetRequiredService<CustomHosts>(), services.GetRequiredService<IGrainFactory>());
        return new TlsHandshakeCallbackOptions
        {
            HandshakeTimeout = HandshakeTimeout,
            OnConnection = async handshake =>
            {
                var name = handshake.ClientHelloInfo.ServerName;
                return hosts.TryFind(name, out var host)
                    && await host.FindTlsAsync(() => grains.GetGrain<IDomainCatalogGrain>(GrainKeys.Shared).FindCertificate(host.Name)) is { } certificate
                    ? certificate
                    : throw new AuthenticationException("There is no certificate for this name.");
            },
        };
    }

    private static string AddressOf(WebApplicationBuilder builder)
    {
        var first = builder.Configuration[WebHostDefaults.ServerUrlsKey]?.Split(';')[0] ?? "http://127.0.0.1";
        var address = BindingAddress.Parse(first);
        return address.IsUnixPipe ? "127.0.0.1" : address.Host;
    }
}
