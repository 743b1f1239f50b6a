using System.Net;
using System.Text;
using AudioOrleans.RelayHost.Processes;

namespace AudioOrleans.RelayHost.Domains;

/// <summary>A DNS server that takes updates (RFC 2136), and the key that signs them (RFC 8945).</summary>
/// <param name="Server">The server.</param>
/// <param name="Zone">The zone.</param>
/// <param name="Algorithm">The key's algorithm, such as <c>hmac-sha256</c>.</param>
/// <param name="KeyName">The key's name.</param>
/// <param name="Secret">The key, base64.</param>
public sealed record DnsUpdateServer(IPEndPoint Server, string Zone, string Algorithm, string KeyName, string Secret)
{
    /// <summary>Keeps the key out of logs.</summary>
    public override string ToString() => $"DnsUpdateServer {{ Zone = {Zone} }}";
}

/// <summary>Creates DNS records by Debian's <c>nsupdate</c>.</summary>
public sealed class NsUpdate(TimeProvider time)
{
    private const int Ttl = 300;

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(20);

    /// <summary>Creates a CNAME record, unless the host has records already: none is ever replaced.</summary>
    /// <exception cref="ProcessFailedException">The server refused.</exception>
    /// <exception cref="ProcessTimeoutException">It did not answer.</exception>
    /// <exception cref="ProcessStartException">nsupdate could not be started.</exception>
    public async Task AddCnameAsync(DnsUpdateServer server, string host, string target, CancellationToken cancellationToken)
    {
        // By standard input, since everybody on the machine sees arguments.
        using var commands = new MemoryStream(Encoding.ASCII.GetBytes(
            $"""
            server {server.Server.Address} {server.Server.Port}
            zone {server.Zone.TrimEnd('.')}.
            key {server.Algorithm}:{server.KeyName} {server.Secret}
            prereq nxdomain {host}.
            update add {host}. {Ttl} CNAME {target.TrimEnd('.')}.
            send

            """));
        await ProcessRunner.RunAsync(new ProcessCommand("nsupdate", "-t", "10"), Timeout, time, commands, cancellationToken: cancellationToken).ConfigureAwait(false);
    }
}
