using System.Text.Json;
using AudioOrleans.Grains.Interfaces;
using AudioOrleans.Grains.Interfaces.Domains;
using AudioOrleans.Persistence.Domains;
using AudioOrleans.Persistence.GrainStates;
using AudioOrleans.Persistence.Secrets;

namespace AudioOrleans.Grains.Domains;

/// <summary>The certificates of domains, and the platform's accounts at their authorities: both are stored sealed.</summary>
public sealed class DomainCertificates(DomainTables tables, SecretBox box, TimeProvider time)
{
    /// <summary>Returns an effect that stores a certificate with the domain's state.</summary>
    public IStateEffect Store(Guid domainId, long number, IssuedCertificate certificate) => new StoreEffect(new DomainCertificateRow(
        domainId, number, box.Seal(JsonSerializer.SerializeToUtf8Bytes(new Pem(certificate.Chain.Value, certificate.Key.Value)), ContextOf(domainId, number)),
        certificate.NotBefore.UtcDateTime, certificate.NotAfter.UtcDateTime));

    /// <summary>The certificate of a host; null if it has none.</summary>
    public async Task<IssuedCertificate?> FindAsync(string host, CancellationToken cancellationToken)
    {
        if (await tables.FindCertificateAsync(host, cancellationToken) is not { } row)
            return null;
        var pem = JsonSerializer.Deserialize<Pem>(box.Open(row.Sealed, ContextOf(row.DomainId, row.Certificate)))!;
        return new IssuedCertificate(new Secret(pem.Chain), new Secret(pem.Key), row.NotBefore, row.NotAfter);
    }

    /// <summary>The files of the account at an authority; empty if there is none.</summary>
    public async Task<ImmutableDictionary<string, byte[]>> FindAccountAsync(string directory, CancellationToken cancellationToken) =>
        await tables.FindAccountAsync(directory, cancellationToken) is { } account
            ? JsonSerializer.Deserialize<ImmutableDictionary<string, byte[]>>(box.Open(account, ContextOf(directory)))!
            : ImmutableDictionary<string, byte[]>.Empty;

    /// <summary>Stores a new account.</summary>
    public Task AddAccountAsync(string directory, ImmutableDictionary<string, byte[]> files, CancellationToken cancellationToken) =>
        tables.AddAccountAsync(directory, box.Seal(JsonSerializer.SerializeToUtf8Bytes(files), ContextOf(directory)), time.GetUtcNow().UtcDateTime, cancellationToken);

    /// <summary>Deletes an account that its authority no longer knows.</summary>
    public async Task ForgetAccountAsync(string directory, CancellationToken cancellationToken)
    {
        if (await tables.FindAccountAsync(directory, cancellationToken) is { } account)
            await tables.RemoveAccountAsync(directory, account, cancellationToken);
    }

    // What is copied to another row cannot be opened there.
    private static string ContextOf(Guid domainId, long number) => $"domain/{domainId:D}/certificate/{number}";

    private static string ContextOf(string directory) => $"acme/{directory}";

    private sealed record Pem(string Chain, string Key)
    {
        public override string ToString() => "Pem";
    }

    private sealed record StoreEffect(DomainCertificateRow Row) : IStateEffect
    {
        public async ValueTask ApplyAsync(StateWrite write) => await DomainTables.StoreCertificateAsync(write.Transaction, Row, write.CancellationToken);
    }
}
