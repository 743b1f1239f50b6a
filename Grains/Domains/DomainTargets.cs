using AudioOrleans.Grains.Interfaces.Domains;
using Microsoft.Extensions.Configuration;

namespace AudioOrleans.Grains.Domains;

/// <summary>What custom domains point to: <c>Domains__Target</c>, or else the host of <c>PublicUrl</c>.</summary>
public sealed class DomainTargets(DomainOptions options, IConfiguration configuration)
{
    private readonly Uri? _platform = Interfaces.PublicUrl.Parse(configuration["PublicUrl"]);

    /// <summary>The platform's host; null if it is not known.</summary>
    public string? Platform => _platform?.Host;

    /// <summary>The target; null if no setting names a host that others can reach.</summary>
    public string? Target => options.Target is { Length: > 0 } target ? target : _platform is { IsLoopback: false } platform ? platform.Host : null;
}
