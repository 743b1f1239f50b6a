using AudioOrleans.Grains.Interfaces.Domains;
using Microsoft.Extensions.Configuration;

namespace AudioOrleans.Grains.Domains;

/// <summary>What custom domains point to: <c>Domains__Target</c>, or else the host of <c>PublicUrl</c>, or else the host that requests name.</summary>
public sealed class DomainTargets(DomainOptions options, IConfiguration configuration)
{
    private readonly string? _platform = Interfaces.PublicUrl.Parse(configuration["PublicUrl"])?.Host;

    /// <summary>The platform's host; null if it is not known.</summary>
    public string? Platform => _platform;

    /// <summary>The target of a domain.</summary>
    public string Of(DomainState state) => options.Target is { Length: > 0 } target ? target : _platform ?? state.PlatformHost;
}
