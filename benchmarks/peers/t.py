import time, flat, model
print(model.revenue_per_customer())
flat.run(1000)
for n in (10**5,10**6,10**7):
    t=time.process_time(); o=flat.run(n); d=time.process_time()-t
    print(n, d, n/d, o.events/o.customers, o.mean, o.error, (o.mean-model.revenue_per_customer())/o.error)
