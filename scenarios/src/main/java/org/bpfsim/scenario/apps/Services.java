package org.bpfsim.scenario.apps;

import java.util.List;
import org.bpfsim.scenario.model.AllReduce;
import org.bpfsim.scenario.model.PartitionAggregate;
import org.bpfsim.scenario.model.RequestResponse;
import org.bpfsim.scenario.model.ServiceSpec;
import org.bpfsim.scenario.model.Storage;
import org.bpfsim.scenario.result.ServiceTables;

/** The applications of a run that talk in frames. */
public final class Services {
    private final Site site;
    private final Service.Books books;
    private boolean any;

    public Services(Site site, Accounts accounts, List<String> arms) {
        this.site = site;
        this.books = new Service.Books(
                new RequestBook(site.scheduler(), accounts, arms),
                new ConnectionBook(site.scheduler(), site.run(), arms),
                accounts);
    }

    /** Starts a workload: its servers listen, its first requests are scheduled. */
    public void start(int workload, ServiceSpec spec) {
        begin();
        Service service = new Service(site, books, workload, spec.style(), spec.port());
        spec.kind(new ServiceSpec.Kinds<Void>() {
            @Override
            public Void requestResponse(RequestResponse w) {
                Asker.start(service, w);
                return null;
            }

            @Override
            public Void partitionAggregate(PartitionAggregate w) {
                Aggregator.start(service, w);
                return null;
            }

            @Override
            public Void storage(Storage w) {
                StorageClient.start(service, w);
                return null;
            }

            @Override
            public Void allReduce(AllReduce w) {
                Ring.start(service, w);
                return null;
            }
        });
    }

    /** Whether there is any such workload. */
    public boolean any() {
        return any;
    }

    /** Writes down what has not ended when the run ends. */
    public void close() {
        books.requests().close();
        books.connections().close();
    }

    /** What was asked, and over which connections. */
    public ServiceTables tables() {
        return new ServiceTables(books.requests().table(), books.connections().table());
    }

    private void begin() {
        if (!any) {
            any = true;
            books.connections().start();
        }
    }
}
