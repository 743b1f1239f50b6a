using System.Net;
using System.Net.Sockets;

namespace AudioOrleans.RelayHost.Outbound;

/// <summary>
/// Opens the TCP connections for user-given URLs. It checks the resolved address that it then connects to, never the name, so a name that resolves
/// differently a moment later cannot bypass the check.
/// </summary>
public sealed class OutboundConnector(AddressPolicy policy)
{
    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    /// <exception cref="OutboundRefusedException">No address of the name is allowed.</exception>
    public async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var endpoint = context.DnsEndPoint;
        // The resolver accepts names only: it throws at 0.0.0.0 and ::.
        IPAddress[] addresses = IPAddress.TryParse(endpoint.Host, out var literal)
            ? [literal] : await Dns.GetHostAddressesAsync(endpoint.Host, cancellationToken);
        // One forbidden address forbids the name: mixed results are typical of DNS rebinding.
        if (addresses.Length == 0 || !addresses.All(policy.IsAllowed))
            throw new OutboundRefusedException(endpoint.Host);

        SocketException? last = null;
        foreach (var address in addresses)
        {
            var socket = new Socket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
            try
            {
                await socket.ConnectAsync(new IPEndPoint(address, endpoint.Port), cancellationToken);
                return new NetworkStream(socket, ownsSocket: true);
            }
            catch (SocketException exception)
            {
                socket.Dispose();
                last = exception;
            }
            catch (OperationCanceledException)
            {
                socket.Dispose();
                throw;
            }
        }
        throw last!;
    }

    /// <summary>The one HTTP client for user-given URLs: no proxy, no cookies, no automatic redirect, headers of at most 64 KiB.</summary>
    public HttpClient CreateClient(OutboundOptions options)
    {
        var handler = new SocketsHttpHandler
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            UseProxy = false,
            ConnectTimeout = options.ConnectTimeout,
            ConnectCallback = ConnectAsync,
            PlaintextStreamFilter = (context, _) => new ValueTask<Stream>(new LenientHeadStream(context.PlaintextStream)),
            MaxResponseHeadersLength = 64,
            MaxConnectionsPerServer = int.MaxValue,
            PooledConnectionIdleTimeout = TimeSpan.FromSeconds(5),
            ResponseDrainTimeout = TimeSpan.Zero,
            ActivityHeadersPropagator = null,
        };
        return new HttpClient(handler) { Timeout = Timeout.InfiniteTimeSpan };
    }
}

/// <summary>A user-given address is in a network that this platform does not connect to.</summary>
public sealed class OutboundRefusedException(string host)
    : Exception($"{host} is in a private or reserved network; expected a public address.")
{
    /// <summary>The host name or address as given.</summary>
    public string Host { get; } = host;
}
