using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using AudioOrleans.Grains.Interfaces.Domains;

namespace AudioOrleans.Gateway.Domains;

/// <summary>
/// The certificate of a host, which is fetched and parsed by the first handshake that needs it, and kept. After a renewal, handshakes use the
/// old one until the new one is here.
/// </summary>
/// <param name="same">The same certificate, fetched or not, of the host before a change that does not concern it; null for none.</param>
/// <param name="previous">The certificate before its renewal; null for none.</param>
internal sealed class HostCertificate(HostCertificate? same, SslServerAuthenticationOptions? previous)
{
    private readonly Lock _lock = new();
    private SslServerAuthenticationOptions? _current = same?._current;
    private Task<SslServerAuthenticationOptions?>? _fetch;

    /// <summary>What handshakes use now; null if that is not fetched yet.</summary>
    public SslServerAuthenticationOptions? Current => Volatile.Read(ref _current) ?? previous;

    /// <summary>The certificate for a handshake; null if there is none.</summary>
    /// <param name="fetch">Fetches it.</param>
    public ValueTask<SslServerAuthenticationOptions?> GetAsync(Func<Task<IssuedCertificate?>> fetch)
    {
        if (Volatile.Read(ref _current) is { } current)
            return new ValueTask<SslServerAuthenticationOptions?>(current);
        var fetching = FetchOnceAsync(fetch);
        return previous is not null ? new ValueTask<SslServerAuthenticationOptions?>(previous) : new ValueTask<SslServerAuthenticationOptions?>(fetching);
    }

    /// <summary>Parses a certificate, with its chain, so that no handshake has to build it.</summary>
    public static SslServerAuthenticationOptions Parse(IssuedCertificate certificate)
    {
        var leaf = X509Certificate2.CreateFromPem(certificate.Chain.Value, certificate.Key.Value);
        var issuers = new X509Certificate2Collection();
        issuers.ImportFromPem(certificate.Chain.Value);
        return new SslServerAuthenticationOptions { ServerCertificateContext = SslStreamCertificateContext.Create(leaf, issuers, offline: true) };
    }

    /// <summary>All handshakes that come at once share one call; a call that failed is repeated by the next.</summary>
    private Task<SslServerAuthenticationOptions?> FetchOnceAsync(Func<Task<IssuedCertificate?>> fetch)
    {
        lock (_lock)
            return _fetch is { IsCompleted: false } running ? running : _fetch = FetchAsync(fetch);
    }

    private async Task<SslServerAuthenticationOptions?> FetchAsync(Func<Task<IssuedCertificate?>> fetch)
    {
        await Task.Yield();
        if (await fetch() is not { } certificate)
            return null;
        var parsed = Parse(certificate);
        Volatile.Write(ref _current, parsed);
        return parsed;
    }
}
