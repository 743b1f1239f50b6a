using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>
/// A Unix socket in the data folder. Whoever can open it owns the data anyway, so its callers are admins: this is how <c>./audio admin</c> works
/// before there is any account.
/// </summary>
/// <param name="Path">The path of the socket; null when it is not available.</param>
public sealed record OperatorSocket(string? Path)
{
    /// <summary>sockaddr_un holds this many bytes and a NUL.</summary>
    private const int LongestPath = 107;

    /// <summary>The socket of a data folder, in a folder that only its owner may enter.</summary>
    public static OperatorSocket In(string dataFolder)
    {
        var folder = System.IO.Path.Combine(dataFolder, "run");
        var path = System.IO.Path.Combine(folder, "operator.sock");
        if (System.Text.Encoding.UTF8.GetByteCount(path) > LongestPath)
            return new OperatorSocket((string?)null);
        const UnixFileMode onlyOwner = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;
        Directory.CreateDirectory(folder, onlyOwner);
        File.SetUnixFileMode(folder, onlyOwner); // The folder may already exist, from a copy or a volume.
        File.Delete(path); // A killed platform leaves it behind, and binding would fail.
        return new OperatorSocket(path);
    }

    /// <summary>Whether a request came through the socket.</summary>
    public bool IsUsedBy(HttpContext context)
    {
        // Only connections other than TCP have no remote address; an operator may have configured further sockets.
        return Path is not null && context.Connection.RemoteIpAddress is null
            && context.Features.Get<IConnectionSocketFeature>()?.Socket.LocalEndPoint is UnixDomainSocketEndPoint local && local.ToString() == Path;
    }
}
