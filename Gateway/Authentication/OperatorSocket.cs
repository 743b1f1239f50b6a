using System.Net.Sockets;
using Microsoft.AspNetCore.Connections.Features;

namespace AudioOrleans.Gateway.Authentication;

/// <summary>
/// A Unix socket in the data folder. Who can open it owns the data anyway, so its callers are admins: it is how
/// <c>./audio admin</c> works before there is any account.
/// </summary>
/// <param name="Path">Where it is; null when it cannot be had.</param>
public sealed record OperatorSocket(string? Path)
{
    /// <summary>sockaddr_un has room for so many bytes and a NUL.</summary>
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
        File.SetUnixFileMode(folder, onlyOwner); // It may have been there, as a copy or a volume brings it.
        File.Delete(path); // A platform that was killed leaves it behind, and nobody could listen.
        return new OperatorSocket(path);
    }

    /// <summary>Whether a request came in through it.</summary>
    public bool IsUsedBy(HttpContext context)
    {
        // Only what is no TCP has no remote address; an operator may have told us to listen on other sockets as well.
        return Path is not null && context.Connection.RemoteIpAddress is null
            && context.Features.Get<IConnectionSocketFeature>()?.Socket.LocalEndPoint is UnixDomainSocketEndPoint local && local.ToString() == Path;
    }
}
