using System.Collections.Immutable;
using System.Net;
using DnsClient;
using DnsClient.Protocol;

namespace AudioOrleans.RelayHost.Domains;

/// <summary>What DNS says about one question.</summary>
public enum DnsAnswer
{
    /// <summary>The expected record is there.</summary>
    Found,

    /// <summary>It is not.</summary>
    Missing,

    /// <summary>DNS did not answer: nothing is known.</summary>
    Unknown,
}

/// <summary>What DNS says about a domain.</summary>
/// <param name="Challenge">Whether the TXT record has the expected value.</param>
/// <param name="ChallengeDetail">What was found instead, as a sentence; null if nothing is wrong.</param>
/// <param name="Pointer">Whether the host points to the target.</param>
/// <param name="PointerDetail">What was found instead, as a sentence; null if nothing is wrong.</param>
/// <param name="HostIsFree">Whether the host has no records at all.</param>
public sealed record DnsFindings(DnsAnswer Challenge, string? ChallengeDetail, DnsAnswer Pointer, string? PointerDetail, bool HostIsFree);

/// <summary>
/// Looks up the records of custom domains. A resolver may lie or be slow: records of names that were not asked for are ignored, chains of
/// CNAMEs are short, and everything has a time limit.
/// </summary>
public sealed class DomainDns
{
    private const int MostCnames = 8;
    private const int LongestShown = 80;

    private static readonly TimeSpan QueryTimeout = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(8);

    private readonly LookupClient _client;
    private readonly TimeProvider _time;

    /// <summary>Uses a resolver.</summary>
    /// <param name="resolver">The resolver; null for the system's.</param>
    /// <param name="time">The clock.</param>
    public DomainDns(IPEndPoint? resolver, TimeProvider time)
    {
        var options = resolver is null ? new LookupClientOptions() : new LookupClientOptions(resolver);
        (options.UseCache, options.Retries, options.Timeout, options.ThrowDnsErrors, options.ContinueOnDnsError) = (false, 1, QueryTimeout, false, true);
        (_client, _time) = (new LookupClient(options), time);
    }

    /// <summary>Looks up a domain.</summary>
    /// <param name="host">The host.</param>
    /// <param name="challengeName">The name of the TXT record.</param>
    /// <param name="challenge">The value of the TXT record.</param>
    /// <param name="target">What the host should point to; null if that is not known, then nothing is known of the pointer.</param>
    /// <param name="cancellationToken">Cancels the operation.</param>
    public async Task<DnsFindings> CheckAsync(string host, string challengeName, string challenge, string? target, CancellationToken cancellationToken)
    {
        using var late = new CancellationTokenSource(Limit, _time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, cancellationToken);
        var text = FindTextAsync(challengeName, challenge, either.Token);
        var pointer = target is null ? Task.FromResult<(DnsAnswer, string?, bool)>((DnsAnswer.Unknown, null, false)) : FindPointerAsync(host, target, either.Token);
        var (challengeAnswer, challengeDetail) = await text.ConfigureAwait(false);
        var (pointerAnswer, pointerDetail, isFree) = await pointer.ConfigureAwait(false);
        return new DnsFindings(challengeAnswer, challengeDetail, pointerAnswer, pointerDetail, isFree);
    }

    private async Task<(DnsAnswer, string?)> FindTextAsync(string name, string expected, CancellationToken cancellationToken)
    {
        if (await QueryAsync(name, QueryType.TXT, cancellationToken).ConfigureAwait(false) is not { } records)
            return (DnsAnswer.Unknown, $"DNS did not answer when asked for the TXT record {name}.");
        // Only of the name itself: a CNAME there, such as that of a wildcard, may lead to somebody else's zone.
        var values = records.OfType<TxtRecord>().Where(record => IsSame(record.DomainName, name)).Select(record => string.Concat(record.Text)).ToList();
        if (values.Any(value => value.Trim() == expected))
            return (DnsAnswer.Found, null);
        return (DnsAnswer.Missing, values.Count == 0 ? $"There is no TXT record {name}." : $"The TXT record {name} has another value: {Shown(values[0])}.");
    }

    private async Task<(DnsAnswer, string?, bool IsFree)> FindPointerAsync(string host, string target, CancellationToken cancellationToken)
    {
        var name = host;
        for (var i = 0; i <= MostCnames; i++)
        {
            if (IsSame(name, target))
                return (DnsAnswer.Found, null, false);
            if (await QueryAsync(name, QueryType.CNAME, cancellationToken).ConfigureAwait(false) is not { } records)
                return (DnsAnswer.Unknown, $"DNS did not answer when asked for {name}.", false);
            if (records.OfType<CNameRecord>().FirstOrDefault(record => IsSame(record.DomainName, name)) is not { } alias)
                return await CompareAddressesAsync(host, name, target, cancellationToken).ConfigureAwait(false);
            name = alias.CanonicalName.Value.TrimEnd('.');
        }
        return (DnsAnswer.Missing, $"{host} leads through too many CNAME records.", false);
    }

    /// <summary>A host at the top of its zone cannot have a CNAME: it has the target's addresses instead, and no others.</summary>
    private async Task<(DnsAnswer, string?, bool IsFree)> CompareAddressesAsync(string host, string name, string target, CancellationToken cancellationToken)
    {
        if (await AddressesAsync(name, cancellationToken).ConfigureAwait(false) is not { } found)
            return (DnsAnswer.Unknown, $"DNS did not answer when asked for {name}.", false);
        if (found.IsEmpty)
        {
            return (DnsAnswer.Missing, IsSame(name, host) ? $"{host} has neither a CNAME record nor addresses; expected a CNAME record to {target}." : $"{host} points to {name}, which has no addresses; expected {target}.", IsSame(name, host));
        }
        var wanted = IPAddress.TryParse(target, out var address) ? [address] : await AddressesAsync(target, cancellationToken).ConfigureAwait(false);
        if (wanted is not { IsEmpty: false } targets)
            return (DnsAnswer.Unknown, $"{target} has no addresses to compare with.", false);
        return found.All(one => targets.Contains(one)) ? (DnsAnswer.Found, null, false) : (DnsAnswer.Missing, $"{host} points elsewhere; expected a CNAME record to {target}.", false);
    }

    private async Task<ImmutableArray<IPAddress>?> AddressesAsync(string name, CancellationToken cancellationToken)
    {
        var addresses = ImmutableArray.CreateBuilder<IPAddress>();
        foreach (var type in new[] { QueryType.A, QueryType.AAAA })
        {
            if (await QueryAsync(name, type, cancellationToken).ConfigureAwait(false) is not { } records)
                return null;
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase) { name.TrimEnd('.') };
            // Resolvers answer with the whole chain of CNAMEs, in its order.
            foreach (var record in records)
            {
                if (record is CNameRecord alias && names.Contains(alias.DomainName.Value.TrimEnd('.')) && names.Count <= MostCnames)
                    names.Add(alias.CanonicalName.Value.TrimEnd('.'));
                else if (record is AddressRecord address && names.Contains(address.DomainName.Value.TrimEnd('.')))
                    addresses.Add(address.Address);
            }
        }
        return addresses.ToImmutable();
    }

    /// <summary>The answer section; null if there is no answer. A name that does not exist has no records.</summary>
    private async Task<IReadOnlyList<DnsResourceRecord>?> QueryAsync(string name, QueryType type, CancellationToken cancellationToken)
    {
        try
        {
            var response = await _client.QueryAsync(name, type, cancellationToken: cancellationToken).ConfigureAwait(false);
            return !response.HasError || response.Header.ResponseCode == DnsHeaderResponseCode.NotExistentDomain ? response.Answers : null;
        }
        catch (Exception exception) when (exception is DnsResponseException or OperationCanceledException or InvalidOperationException or IOException or System.Net.Sockets.SocketException)
        {
            return null;
        }
    }

    private static bool IsSame(DnsString record, string name) => IsSame(record.Value, name);

    private static bool IsSame(string one, string other) => one.TrimEnd('.').Equals(other.TrimEnd('.'), StringComparison.OrdinalIgnoreCase);

    private static string Shown(string value) => new([.. value.Take(LongestShown).Select(c => char.IsControl(c) ? '?' : c)]);
}
